// The verbs as commander knows them: arguments, options, one sentence each. What a verb does is loaded when it is the one that was typed.
import { Argument, Command, CommanderError } from 'commander';
import { EXIT } from '../base/exit.ts';
import type { World } from '../commands/world.ts';
import { age, forks, hosts, inventories, judged, login, shown, variables, walking } from './options.ts';

/** What was given on the command line. `color` is undefined where it says nothing of it. */
export type Options = Readonly<Record<string, unknown>> & { readonly color?: boolean };

/** Carries a verb out and resolves to the exit code. */
export type Action = (world: World, options: Options, args: readonly string[]) => Promise<number>;

/** How an Action is begun: with a world of its own, and with its errors told. */
export type Begin = (action: Action, options: Options, args: readonly string[]) => Promise<number>;

type Act = (action: Action) => (...args: unknown[]) => Promise<void>;

/** Resolves to the exit code of the verb that was typed; help and what is wrong with the command line are told here. */
export async function dispatch(argv: readonly string[], version: string, begin: Begin): Promise<number> {
  let exit: number = EXIT.ok;
  const saysColor = argv.includes('--color') || argv.includes('--no-color');
  const act: Act =
    (action) =>
    async (...all) => {
      const command = all.at(-1) as Command;
      const { color, ...options } = command.optsWithGlobals() as Options;
      exit = await begin(action, { ...options, ...(saysColor && { color }) }, command.args);
    };
  try {
    await program(version, verbsFor(argv[2]), act).parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return exit;
}

function program(version: string, verbs: readonly Verb[], act: Act): Command {
  const cli = new Command('switchyard')
    .description('Upgrades self-hosted Trains Server deployments, on one host or on many.')
    .version(version, '-V, --version', 'print the version')
    .option('--color', 'colour even where the output is no terminal')
    .option('--no-color', 'no colour')
    .showHelpAfterError('(switchyard --help tells the commands, switchyard COMMAND --help its options)')
    .exitOverride()
    .configureHelp({ sortSubcommands: false });
  for (const verb of verbs) verb(cli, act);
  return cli;
}

type Verb = (cli: Command, act: Act) => void;

/** In the order of `--help`. */
const VERBS: ReadonlyMap<string, Verb> = new Map(
  [validate, plan, run, status, route, inventory, facts, unlock, explain, schema, init, completion].map((verb) => [verb.name, verb]),
);

/** All of them where help, a script or a suggestion may be wanted of each; to declare what nobody typed takes its time. */
function verbsFor(typed = ''): readonly Verb[] {
  const verb = typed === completion.name ? undefined : VERBS.get(typed);
  return verb ? [verb] : [...VERBS.values()];
}

function validate(cli: Command, act: Act): void {
  judged(variables(hosts(cli.command('validate [file...]'))))
    .description('check playbooks and inventories; touches no host')
    .option('--strict', 'warnings are errors')
    .option('--stdin-filename <name>', 'what the text of stdin (the file -) is told as')
    .action(act(async (world, options, files) => (await import('../commands/validate.ts')).validate(files, options as never, world)));
}

function plan(cli: Command, act: Act): void {
  walking(cli.command('plan <playbook>'))
    .description('look at the hosts and say what a run would change; changes nothing')
    .option('-o, --out <file>', 'save the plan, to be carried out by switchyard run FILE exactly as it is')
    .option('--detailed-exitcode', 'exit with 10 if a run would change something')
    .action(act(async (world, options, [file]) => (await import('../commands/plan.ts')).plan(file!, options as never, world)));
}

function run(cli: Command, act: Act): void {
  walking(cli.command('run <playbook>'))
    .description('carry out a playbook, or a saved plan')
    .option('--max-age <time>', 'refuse a saved plan that is older: 90s, 30m, 12h, 7d', age)
    .option('-C, --check', 'the same as plan')
    .option('--step', 'ask before each change')
    .option('-y, --yes', 'say yes beforehand to whatever a stage asks')
    .action(act(async (world, options, [file]) => (await import('../commands/run.ts')).run(file!, options as never, world)));
}

function status(cli: Command, act: Act): void {
  shown(forks(variables(login(hosts(cli.command('status [run]'))))))
    .description('where an upgrade of each host stands, and what to type next; changes nothing')
    .option('--project-dir <path>', 'the directory that the server is installed in, the same as -e trains_dir=PATH')
    .option('-b, --become', 'look as root, by sudo')
    .action(act(async (world, options, [name]) => (await import('../commands/status.ts')).status(name, options as never, world)));
}

function route(cli: Command, act: Act): void {
  cli
    .command('route')
    .description('the way from one release to another: hops, what each needs and does')
    .requiredOption('--from <release>', 'what is installed')
    .requiredOption('--to <release>', 'what is to be installed')
    .option('--json', 'for programs: { hops: [{ from, to, needs, steps, warnings }] }')
    .action(act(async (world, options) => (await import('../commands/route.ts')).route(options as never, world)));
}

function inventory(cli: Command, act: Act): void {
  variables(hosts(cli.command('inventory')))
    .description('hosts, groups and variables, and where a variable gets its value; touches no host')
    .option('--list', 'as JSON, in the form of ansible-inventory --list')
    .option('--json', 'the same; with --explain: what it says, for programs')
    .option('--host <name>', 'the variables of one host as JSON')
    .option('--graph', 'the tree of groups and hosts')
    .option('--explain <variable>', 'every level that sets the variable, with its place; the last one wins')
    .option('--playbook <file>', 'with the inputs and variables of a playbook, and group_vars/ and host_vars/ beside it')
    .action(act(async (world, options) => (await import('../commands/inventory.ts')).inventory(options as never, world)));
}

function facts(cli: Command, act: Act): void {
  login(hosts(cli.command('facts [pattern]')))
    .description('what is read of each host before its first task, as JSON')
    .action(
      act(async (world, options, [pattern]) => (await import('../commands/facts.ts')).facts(pattern ?? 'all', options as never, world)),
    );
}

function unlock(cli: Command, act: Act): void {
  login(inventories(cli.command('unlock <host> <run>')))
    .description('remove the lock that a dead run left on a host')
    .option('--project-dir <path>', 'the directory that the playbook works in', '/opt/trains')
    .action(
      act(async (world, options, [host, name]) => (await import('../commands/unlock.ts')).unlock(host!, name!, options as never, world)),
    );
}

function explain(cli: Command, act: Act): void {
  shown(cli.command('explain [name...]'))
    .description('what a key, module, fact, filter, rule or exit code is; without a name, all that there is')
    .action(act(async (world, options, words) => (await import('../commands/explain.ts')).explain(words, options as never, world)));
}

function schema(cli: Command, act: Act): void {
  cli
    .command('schema [name]')
    .description('the JSON Schema of playbooks, or of inventory, facts or a module, complete in one file: for editors and CI')
    .option('--write <directory>', 'all of them as files there, or the one that is named')
    .action(act(async (world, options, [name]) => (await import('../commands/schema.ts')).schema(name, options as never, world)));
}

function init(cli: Command, act: Act): void {
  cli
    .command('init')
    .description('the shipped playbook and an inventory to begin with, in this directory; what is there stays as it is')
    .action(act(async (world) => (await import('../commands/init.ts')).init(world)));
}

function completion(cli: Command, act: Act): void {
  cli
    .command('completion')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .description('the script by which a shell completes commands and options')
    .action(
      act(async (world, _options, [shell]) => {
        world.stdout((await import('./completion.ts')).completionScript(shell as never, cli));
        return EXIT.ok;
      }),
    );
}
