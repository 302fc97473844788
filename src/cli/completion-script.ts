import type { Command, Option } from 'commander'

export const shells = ['bash', 'zsh', 'fish'] as const

interface Words {
  readonly name: string
  readonly description: string
  /** Commands below it, or the words that its first argument can be. */
  readonly inner: readonly string[]
  /** How many of its arguments are swarms, from the first on. */
  readonly swarms: number
  readonly options: readonly {
    readonly flag: string
    readonly description: string
    /** The words that can follow it. */
    readonly choices: readonly string[]
    /** Something has to follow it. */
    readonly takesValue: boolean
  }[]
}

/**
 * A shell script that completes commands, their options and the swarms that they are about. It is made of the very commands
 * there are; swarms are asked of the service each time, by `swarmd complete-swarms`.
 */
export function completionScript(shell: (typeof shells)[number], program: Command): string {
  const commands = program
    .createHelp()
    .visibleCommands(program)
    .map((command): Words => {
      const [first] = command.registeredArguments
      return {
        name: command.name(),
        description: command.description(),
        inner: command.commands.length > 0 ? command.commands.map((each) => each.name()) : (first?.argChoices ?? []),
        swarms: first?.name() === 'swarm' ? (first.variadic ? 99 : 1) : 0,
        options: [...command.options.flatMap(flagOf), HELP],
      }
    })
  return { bash, zsh, fish }[shell](commands)
}

const HELP = { flag: '--help', description: 'show this help', choices: [], takesValue: false }

const flagOf = ({ long, description, argChoices, required }: Option): Words['options'] =>
  typeof long === 'string' ? [{ flag: long, description, choices: argChoices ?? [], takesValue: required }] : []

/** Where one of these may follow, nothing else does: an arm of a `case` for `command --option`. */
const chosen = (commands: readonly Words[]): string[] =>
  commands.flatMap(({ name, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map(({ flag, choices }) => `    '${name} ${flag}') after=(${choices.join(' ')}) ;;`),
  )

function bash(commands: readonly Words[]): string {
  const cases = commands.map(
    ({ name, inner, swarms, options }) =>
      `    ${name}) flags='${options.map(({ flag }) => flag).join(' ')}' inner='${inner.join(' ')}' swarms=${swarms} ;;`,
  )
  return `_swarmd() {
  local word="\${COMP_WORDS[COMP_CWORD]}" flags='' inner='' swarms=0 after=()
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} --help --version' -- "$word"))
    return 0
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  case "\${COMP_WORDS[1]} \${COMP_WORDS[COMP_CWORD - 1]}" in
${chosen(commands).join('\n')}
  esac
  if [ "\${#after[@]}" -gt 0 ]; then
    COMPREPLY=($(compgen -W "\${after[*]}" -- "$word"))
  elif [[ "$word" == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$word"))
  elif [ "$COMP_CWORD" -eq 2 ] && [ -n "$inner" ]; then
    COMPREPLY=($(compgen -W "$inner" -- "$word"))
  elif [ "$COMP_CWORD" -lt $((2 + swarms)) ]; then
    COMPREPLY=($(swarmd complete-swarms "$word" 2>/dev/null | cut -f 1))
  fi
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
  const cases = commands.map(({ name, inner, swarms, options }) => {
    const flags = options.map(({ flag, description }) => quoted(`${flag}:${description}`)).join(' ')
    return `    ${name}) flags=(${flags}) inner=(${inner.join(' ')}) swarms=${swarms} ;;`
  })
  return `#compdef swarmd
_swarmd() {
  local -a commands flags inner after found
  local -i swarms=0
  commands=(
${named.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  case "$words[2]" in
${cases.join('\n')}
  esac
  case "$words[2] $words[CURRENT-1]" in
${chosen(commands).join('\n')}
  esac
  if (( $#after )); then
    compadd -- $after
  elif [[ "$PREFIX" == -* ]]; then
    _describe 'option' flags
  elif (( CURRENT == 3 && $#inner )); then
    compadd -- $inner
  elif (( CURRENT < 3 + swarms )); then
    # A tab is between the word and what it is; _describe wants a colon.
    found=(\${\${(f)"$(swarmd complete-swarms "$PREFIX" 2>/dev/null)"}/$'\\t'/:})
    _describe 'swarm' found
  else
    _files
  fi
}
if [[ "$funcstack[1]" == _swarmd ]]; then
  _swarmd "$@"
else
  if (( ! $+functions[compdef] )); then
    autoload -Uz compinit && compinit -i
  fi
  compdef _swarmd swarmd
fi
`
}

function fish(commands: readonly Words[]): string {
  const lines = commands.flatMap(({ name, description, inner, swarms, options }) => {
    const here = `complete -c swarmd -n '__fish_seen_subcommand_from ${name}'`
    return [
      `complete -c swarmd -f -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
      ...(inner.length > 0 ? [`${here} -f -a ${quoted(inner.join(' '))}`] : []),
      ...(swarms > 0 ? [`${here} -f -a '(swarmd complete-swarms (commandline -ct) 2>/dev/null)'`] : []),
      ...options.map(({ flag, description: what, choices, takesValue }) => {
        const words = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : takesValue ? ' -r' : ''
        return `${here} -l ${flag.slice(2)}${words} -d ${quoted(what)}`
      }),
    ]
  })
  return `${lines.join('\n')}\n`
}
