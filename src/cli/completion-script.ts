import type { Command } from 'commander'

export const shells = ['bash', 'zsh', 'fish'] as const

interface Words {
  readonly name: string
  readonly description: string
  /** Commands below it. */
  readonly inner: readonly string[]
  readonly options: readonly { readonly flag: string; readonly description: string }[]
}

/** A shell script that completes commands and their options, made of the very commands there are. */
export function completionScript(shell: (typeof shells)[number], program: Command): string {
  const commands = program.commands.map((command): Words => {
    const { options } = command
    return {
      name: command.name(),
      description: command.description(),
      inner: command.commands.map((each) => each.name()),
      options: [...options, { long: '--help', description: 'show this help' }].flatMap(({ long, description }) =>
        typeof long === 'string' ? [{ flag: long, description }] : [],
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
  return `_swarmd() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words='' inner=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} --help --version' -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  COMPREPLY=()
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
    ...options.map(
      ({ flag, description: what }) =>
        `complete -c swarmd -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)} -d ${quoted(what)}`,
    ),
  ])
  return `${lines.join('\n')}\n`
}
