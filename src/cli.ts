#!/usr/bin/env node
// argv → command → exit code. The only place that ends the process, and the only last-resort catch.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ConnectionError, messageOf, Refusal, TaskError, UsageError, ValidationError } from './base/errors.ts';
import { Secrets } from './base/secret.ts';
import type { World } from './commands/world.ts';

const EXIT_BUG = 1;
const EXIT_USAGE = 2;
const EXIT_INVALID = 3;
const EXIT_REFUSED = 4;
const EXIT_FAILED = 5;
const EXIT_UNREACHABLE = 6;
const EXIT_INTERRUPTED = 130;
const EXIT_TERMINATED = 143;

const packageFile = new URL('../package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };

const collect = (value: string, before: readonly string[]) => [...before, value];
const positive = (value: string) => {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('it must be a whole number from 1 on.');
  return number;
};

type Action = (world: World, options: Record<string, unknown>, args: readonly string[]) => Promise<number>;

function program(act: (action: Action) => (...args: unknown[]) => Promise<void>): Command {
  const cli = new Command('switchyard')
    .description('Upgrades self-hosted Trains Server deployments, on one host or on many.')
    .version(version, '-V, --version', 'print the version')
    .option('--color', 'colour even where the output is no terminal')
    .option('--no-color', 'no colour')
    .showHelpAfterError('(switchyard --help tells the commands, switchyard COMMAND --help its options)')
    .exitOverride()
    .configureHelp({ sortSubcommands: false });

  const inventory = (command: Command) =>
    command
      .option('-i, --inventory <file or hosts>', 'inventory file, or hosts separated by commas; may be given again', collect, [])
      .option('-l, --limit <pattern>', 'only these hosts of the playbook')
      .option('-u, --user <name>', 'log in as, where the inventory does not say')
      .option('--private-key <file>', 'key to log in with, where the inventory does not say');
  const variables = (command: Command) =>
    command.option('-e, --extra-vars <key=value or @file>', 'an input or variable; may be given again', collect, []);
  const walking = (command: Command) =>
    variables(inventory(command))
      .option('-t, --tags <names>', 'only steps with one of these tags', collect, [])
      .option('--skip-tags <names>', 'not the steps with one of these tags', collect, [])
      .option('-f, --forks <number>', 'hosts at once', positive, 10)
      .option('-b, --become', 'run everything as root, by sudo')
      .option('--no-input', 'ask nothing: what nobody gave takes its default')
      .option('-D, --diff', 'show what was before and after')
      .addOption(new Option('--output <kind>', 'how to show it').choices(['tree', 'lines', 'json']));

  variables(inventory(cli.command('validate <file...>')))
    .description('check playbooks; touches no host')
    .addOption(new Option('--output <kind>', 'how to show the problems').choices(['text', 'json']).default('text'))
    .option('--strict', 'warnings are errors')
    .action(act(async (world, options, files) => (await import('./commands/validate.ts')).validate(files, options as never, world)));
  walking(cli.command('plan <playbook>'))
    .description('look at the hosts and say what a run would change; changes nothing')
    .option('--detailed-exitcode', 'exit with 10 if a run would change something')
    .action(act(async (world, options, [file]) => (await import('./commands/run.ts')).plan(file!, options as never, world)));
  walking(cli.command('run <playbook>'))
    .description('carry the playbook out')
    .option('-C, --check', 'the same as plan')
    .action(act(async (world, options, [file]) => (await import('./commands/run.ts')).run(file!, options as never, world)));
  variables(inventory(cli.command('status [run]')))
    .description('where an upgrade of each host stands, and what to type next; changes nothing')
    .option('--project-dir <path>', 'the directory that the server is installed in, the same as -e trains_dir=PATH')
    .option('-f, --forks <number>', 'hosts at once', positive, 10)
    .option('-b, --become', 'look as root, by sudo')
    .addOption(new Option('--output <kind>', 'how to show it').choices(['text', 'json']).default('text'))
    .action(act(async (world, options, [run]) => (await import('./commands/status.ts')).status(run, options as never, world)));
  cli
    .command('route')
    .description('the way from one release to another: hops, what each needs and does')
    .requiredOption('--from <release>', 'what is installed')
    .requiredOption('--to <release>', 'what is to be installed')
    .option('--json', 'for programs: { hops: [{ from, to, needs, steps, warnings }] }')
    .action(act(async (world, options) => (await import('./commands/route.ts')).route(options as never, world)));
  inventory(cli.command('facts [pattern]'))
    .description('what is read of each host before its first task, as JSON')
    .action(
      act(async (world, options, [pattern]) => (await import('./commands/facts.ts')).facts(pattern ?? 'all', options as never, world)),
    );
  variables(inventory(cli.command('unlock <host> <run>')))
    .description('remove the lock that a dead run left on a host')
    .option('--project-dir <path>', 'the directory that the playbook works in', '/opt/trains')
    .action(
      act(async (world, options, [host, run]) => (await import('./commands/unlock.ts')).unlock(host!, run!, options as never, world)),
    );
  return cli;
}

/** ^C and SIGTERM: the first one lets running tasks end, the second one aborts them. */
function interruptOf(): World['interrupt'] {
  const aborter = new AbortController();
  const listeners: ((signal: string, times: number) => void)[] = [];
  let first: string | undefined;
  let times = 0;
  const heard = (signal: string) => {
    first ??= signal;
    times++;
    for (const listen of listeners) listen(signal, times);
    if (times > 1 || listeners.length === 0) aborter.abort(new TaskError('aborted by the user'));
  };
  process.on('SIGINT', heard);
  process.on('SIGTERM', heard);
  return { signal: aborter.signal, name: () => first, listen: (listener) => void listeners.push(listener) };
}

function worldOf(color: boolean | undefined): World {
  const secrets = new Secrets();
  const { env, stdin, stdout, stderr } = process;
  const interrupt = interruptOf();
  const isAnswered = stdin.isTTY === true && stderr.isTTY === true && !env.CI;
  const isTerminal = stdout.isTTY === true && env.TERM !== 'dumb' && !env.CI;
  const wanted = color ?? (env.NO_COLOR ? false : env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : isTerminal);
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error; // `switchyard run … | head`: nobody reads on, but the hosts are to be brought to an end
    });
  }
  return {
    version,
    cwd: process.cwd(),
    env,
    home: homedir(),
    user: userInfo().username,
    who: `${userInfo().username}@${hostname()}`,
    stdout: (text) => void stdout.write(secrets.mask(text)),
    stderr: (text) => void stderr.write(secrets.mask(text)),
    screen: {
      isTerminal,
      color: wanted,
      get columns() {
        return stdout.columns ?? 80; // read at every draw: a window may be made larger
      },
      get rows() {
        return stdout.rows ?? 24;
      },
    },
    ask: isAnswered ? askOn({ stdin, stderr, interrupt, secrets }) : undefined,
    secrets,
    interrupt,
    now: Date.now,
    wait: (ms, signal) => sleep(ms, undefined, { signal }),
    random: () => randomBytes(2).toString('hex'),
    readFile: (path) => readFileSync(path, 'utf8'),
  };
}

/** On stderr, for stdout may be a file. */
function askOn(world: {
  stdin: NodeJS.ReadStream;
  stderr: NodeJS.WriteStream;
  interrupt: World['interrupt'];
  secrets: Secrets;
}): World['ask'] {
  const { stdin: input, stderr: output, interrupt, secrets } = world;
  const terminal = { input, output, signal: interrupt.signal, interrupt: () => void process.kill(process.pid, 'SIGINT') };
  return async (question, options) => (await import('./commands/terminal.ts')).ask(secrets.mask(question), options, terminal);
}

/** Shows an error to whoever must act on it, and says what to exit with. */
function tell(error: unknown, world: World): number {
  const { signal, name } = world.interrupt;
  if (signal.aborted && error === signal.reason) {
    world.stderr(`${messageOf(error)}\n`);
    return name() === 'SIGTERM' ? EXIT_TERMINATED : EXIT_INTERRUPTED;
  }
  if (error instanceof ValidationError) {
    world.stderr(`${error.message}\n`);
    return EXIT_INVALID;
  }
  if (error instanceof UsageError) {
    world.stderr(`${error.message}\n`);
    return EXIT_USAGE;
  }
  if (error instanceof ConnectionError || error instanceof TaskError) {
    const next = error instanceof ConnectionError ? error.next : error.detail.next;
    world.stderr(`${error.message}\n${next ? `  next: ${next}\n` : ''}`);
    return error instanceof ConnectionError ? EXIT_UNREACHABLE : error instanceof Refusal ? EXIT_REFUSED : EXIT_FAILED;
  }
  world.stderr(`this is a bug in the runner: ${error instanceof Error ? error.stack : messageOf(error)}\n`);
  return EXIT_BUG;
}

async function main(argv: readonly string[]): Promise<number> {
  let exit = 0;
  const act =
    (action: Action) =>
    async (...all: unknown[]) => {
      const command = all.at(-1) as Command;
      const options = command.optsWithGlobals() as Record<string, unknown> & { color?: boolean };
      const world = worldOf(argv.includes('--color') || argv.includes('--no-color') ? options.color : undefined);
      try {
        exit = await action(world, options, command.args);
      } catch (error) {
        exit = tell(error, world);
      }
    };
  try {
    await program(act).parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : EXIT_USAGE;
  }
  return exit;
}

process.exit(await main(process.argv));
