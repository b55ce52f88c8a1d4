// The scripts by which shells complete the command line, made of the commands and options that commander knows.
import type { Command, Option } from 'commander';

export type Shell = 'bash' | 'zsh' | 'fish';

/** Text with a line break at its end. Paths are completed wherever a value is that no list is known for. */
export function completionScript(shell: Shell, cli: Command): string {
  const [first, ...rest] = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](cli);
  return `${[first, `# ${USE[shell]}`, ...rest].join('\n')}\n`;
}

const USE: Readonly<Record<Shell, string>> = {
  bash: 'source <(switchyard completion bash)',
  zsh: 'put it into a directory of $fpath as _switchyard',
  fish: 'switchyard completion fish > ~/.config/fish/completions/switchyard.fish',
};

/** As they are typed: "-i", "--inventory". */
const flagsOf = ({ short, long }: Option): readonly string[] => [short, long].filter((flag) => flag !== undefined);

const optionsOf = (command: Command): readonly Option[] => command.createHelp().visibleOptions(command);

/** Those of the whole that may stand after a command, too. */
const sharedOf = (cli: Command): readonly Option[] => cli.options.filter(({ long }) => long !== '--version');

/** Words that may stand where the first argument does. */
const wordsOf = (command: Command): readonly string[] => command.registeredArguments[0]?.argChoices ?? [];

function bashScript(cli: Command): readonly string[] {
  const verbs = cli.commands.map((command) => {
    const flags = [...optionsOf(command), ...sharedOf(cli)].flatMap(flagsOf);
    return `    ${command.name()}) flags='${flags.join(' ')}' words='${wordsOf(command).join(' ')}' ;;`;
  });
  const choices = cli.commands.flatMap((command) =>
    optionsOf(command)
      .filter(({ argChoices }) => argChoices)
      .flatMap((option) =>
        flagsOf(option).map((flag) => `    ${command.name()}:${flag}) words='${option.argChoices!.join(' ')}' flags= ;;`),
      ),
  );
  return [
    '# bash completes the command line of switchyard by this',
    '_switchyard() {',
    '  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb= flags= words= word',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do [[ $word == -* ]] || { verb=$word; break; }; done',
    '  case $verb in',
    `    '') words='${cli.commands.map((command) => command.name()).join(' ')}' flags='${optionsOf(cli).flatMap(flagsOf).join(' ')}' ;;`,
    ...verbs,
    '  esac',
    '  case $verb:$before in',
    ...choices,
    '  esac',
    '  if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "$flags" -- "$current"))',
    '  else COMPREPLY=($(compgen -W "$words" -- "$current")); fi',
    '}',
    'complete -o default -F _switchyard switchyard',
  ];
}

/** Within single quotes of any of the shells. */
const quoted = (text: string) => text.replaceAll("'", "'\\''");

function zshScript(cli: Command): readonly string[] {
  const told = (text: string) => quoted(text).replaceAll(/[[\]:]/g, '\\$&');
  const spec = (option: Option) => {
    const value = option.required ? `:${option.name()}:${option.argChoices ? `(${option.argChoices.join(' ')})` : '_files'}` : '';
    return flagsOf(option).map((flag) => `'*${flag}[${told(option.description)}]${value}'`);
  };
  const verbs = cli.commands.map((command) => {
    const words = wordsOf(command);
    const rest = words.length > 0 ? `'*:${command.registeredArguments[0]!.name()}:(${words.join(' ')})'` : "'*:file:_files'";
    return `    ${command.name()}) _arguments ${[...[...optionsOf(command), ...sharedOf(cli)].flatMap(spec), rest].join(' ')} ;;`;
  });
  return [
    '#compdef switchyard',
    '_switchyard() {',
    '  local -a verbs=(',
    ...cli.commands.map((command) => `    '${command.name()}:${told(command.description())}'`),
    '  )',
    '  if (( CURRENT == 2 )); then _describe command verbs; return; fi',
    '  local verb=$words[2]',
    '  shift words; (( CURRENT-- ))',
    '  case $verb in',
    ...verbs,
    '  esac',
    '}',
    '_switchyard "$@"',
  ];
}

function fishScript(cli: Command): readonly string[] {
  const line = (condition: string, option: Option) => {
    const long = option.long === undefined ? '' : ` -l ${option.long.slice(2)}`;
    const short = option.short === undefined ? '' : ` -s ${option.short.slice(1)}`;
    const value = option.required ? (option.argChoices ? ` -x -a '${option.argChoices.join(' ')}'` : ' -r') : '';
    return `complete -c switchyard${condition}${long}${short}${value} -d '${quoted(option.description)}'`;
  };
  return [
    '# fish completes the command line of switchyard by this',
    ...optionsOf(cli).map((option) => line('', option)),
    ...cli.commands.flatMap((command) => {
      const within = ` -n '__fish_seen_subcommand_from ${command.name()}'`;
      const words = wordsOf(command);
      return [
        `complete -c switchyard -n __fish_use_subcommand -f -a ${command.name()} -d '${quoted(command.description())}'`,
        ...(words.length > 0 ? [`complete -c switchyard${within} -f -a '${words.join(' ')}'`] : []),
        ...optionsOf(command).map((option) => line(within, option)),
      ];
    }),
  ];
}
