import type { Command } from 'commander'

export const shells = ['bash', 'zsh', 'fish'] as const

interface Words {
  readonly name: string
  readonly description: string
  /** Commands below it, or the words that its first argument can be. */
  readonly inner: readonly string[]
  /** `choices`: the words that can follow it. */
  readonly options: readonly {
    readonly flag: string
    readonly description: string
    readonly choices: readonly string[]
  }[]
}

/** A shell script that completes commands and their options, made of the very commands there are. */
export function completionScript(shell: (typeof shells)[number], program: Command): string {
  const commands = program.commands.map((command): Words => {
    const { options } = command
    return {
      name: command.name(),
      description: command.description(),
      inner:
        command.commands.length > 0
          ? command.commands.map((each) => each.name())
          : (command.registeredArguments[0]?.argChoices ?? []),
      options: [...options, { long: '--help', description: 'show this help', argChoices: [] }].flatMap(
        ({ long, description, argChoices }) =>
          typeof long === 'string' ? [{ flag: long, description, choices: argChoices ?? [] }] : [],
      ),
    }
  })
  return { bash, zsh, fish }[shell](commands)
}

function bash(commands: readonly Words[]): string {
  const cases = commands.map(
    ({ name, inner, options }) =>
      `    ${name}) words='${options.map(({ flag }) => flag).join(' ')}' inner='${inner.join(' ')}' ;;`,
  )
  const chosen = commands.flatMap(({ name, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map(({ flag, choices }) => `    '${name} ${flag}') after='${choices.join(' ')}' ;;`),
  )
  return `_swarmd() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words='' inner='' after=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} --help --version' -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  case "\${COMP_WORDS[1]} \${COMP_WORDS[COMP_CWORD - 1]}" in
${chosen.join('\n')}
  esac
  COMPREPLY=()
  if [[ -n "$after" ]]; then
    COMPREPLY=($(compgen -W "$after" -- "$word"))
    return 0
  fi
  [[ "$word" == -* ]] && COMPREPLY=($(compgen -W "$words" -- "$word"))
  [[ "$word" != -* && "$COMP_CWORD" -eq 2 && -n "$inner" ]] && COMPREPLY=($(compgen -W "$inner" -- "$word"))
  return 0
}
complete -o default -F _swarmd swarmd
`
}

/** In single quotes, for any of the shells. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

function zsh(commands: readonly Words[]): string {
  // _describe parts word and description at the first colon.
  const named = commands.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}`)
  const cases = commands.map(
    ({ name, options }) => `    ${name}) words=(${options.map(({ flag }) => flag).join(' ')}) ;;`,
  )
  return `#compdef swarmd
_swarmd() {
  local -a commands words
  commands=(
${named.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  case "\${words[2]:-$words}" in
${cases.join('\n')}
  esac
  if [[ "$PREFIX" == -* ]]; then compadd -- $words; else _files; fi
}
compdef _swarmd swarmd
`
}

function fish(commands: readonly Words[]): string {
  const lines = commands.flatMap(({ name, description, options }) => [
    `complete -c swarmd -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
    ...options.map(({ flag, description: what, choices }) => {
      const words = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : ''
      return `complete -c swarmd -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}${words} -d ${quoted(what)}`
    }),
  ])
  return `${lines.join('\n')}\n`
}
