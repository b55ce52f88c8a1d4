// Options that several verbs share, each with one meaning. An option that is accepted is one that works.
import { type Command, InvalidArgumentError, Option } from 'commander';

export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

function positive(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('it must be a whole number from 1 on.');
  return number;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A span of time in ms. */
export function age(value: string): number {
  const [, number = '', unit = ''] = /^(\d+)([smhd])$/.exec(value) ?? [];
  if (number === '') throw new InvalidArgumentError('it must be a number and a unit: 90s, 30m, 12h or 7d.');
  return Number(number) * UNITS[unit]! * 1000;
}

/** `kind=file`, one more; `kinds` are those that the verb can write. */
const report =
  (kinds: readonly string[]) =>
  (value: string, before: readonly unknown[]): readonly unknown[] => {
    const [, kind = '', file = ''] = /^([^=]*)=(.+)$/s.exec(value) ?? [];
    if (!kinds.includes(kind)) throw new InvalidArgumentError(`it must be ${kinds.map((one) => `${one}=FILE`).join(' or ')}.`);
    return [...before, { kind, file }];
  };

/** Which hosts there are. */
export const inventories = (command: Command): Command =>
  command.option(
    '-i, --inventory <file or hosts>',
    'inventory: a file, a program, a directory, or hosts with commas; may be given again',
    collect,
    [],
  );

/** And which of them are meant. */
export const hosts = (command: Command): Command =>
  inventories(command).option('-l, --limit <pattern>', 'only these hosts; @FILE stands for the patterns in its lines');

/** How to log in. */
export const login = (command: Command): Command =>
  command
    .option('-u, --user <name>', 'log in as, where the inventory does not say')
    .option('--private-key <file>', 'key to log in with, where the inventory does not say')
    .option('-k, --ask-pass', 'ask for the SSH password, for hosts that take no key')
    .option('-K, --ask-become-pass', "ask for sudo's password")
    .option('--no-input', 'ask nothing: what nobody gave takes its default');

export const variables = (command: Command): Command =>
  command.option('-e, --extra-vars <key=value or @file>', 'an input or variable; may be given again', collect, []);

export const forks = (command: Command): Command => command.option('-f, --forks <number>', 'hosts at once', positive, 10);

/** What a walk over the hosts takes: `plan` and `run`. */
export const walking = (command: Command): Command =>
  forks(variables(login(hosts(command))))
    .option('-t, --tags <names>', 'only steps with one of these tags', collect, [])
    .option('--skip-tags <names>', 'not the steps with one of these tags', collect, [])
    .option('--start-at-task <step>', 'not the steps before this one, named as step or stage/step')
    .option('-b, --become', 'run everything as root, by sudo')
    .option('-D, --diff', 'show what was before and after')
    .option('-v, --verbose', 'show what each step gave, too')
    .option('-q, --quiet', 'show only what did not go well, and the recap')
    .option('--report <kind=file>', 'write a report, too: json or junit; may be given again', report(['json', 'junit']), [])
    .addOption(new Option('--output <kind>', 'how to show it').choices(['tree', 'lines', 'json']));

/** How the problems of files are shown, and what is written of them besides. */
export const judged = (command: Command): Command =>
  command
    .addOption(
      new Option('--output <format>', 'how to show it').choices(['text', 'json', 'github', 'gitlab', 'sarif', 'junit']).default('text'),
    )
    .option('--report <format=file>', 'write it to a file besides; may be given again', collect, []);

/** How findings are shown that are no run's. */
export const shown = (command: Command): Command =>
  command.addOption(new Option('--output <kind>', 'how to show it').choices(['text', 'json']).default('text'));
