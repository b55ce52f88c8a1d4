// switchyard status: where an upgrade of each host stands, told from what is on the host. Changes nothing and takes no lock.
import { ConnectionError, UsageError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { isSecretName } from '../base/secret_reference.ts';
import type { HostAddress } from '../connections/address.ts';
import { faultText, filledVars } from '../playbook/filled.ts';
import { choiceOf, type Inventory, type Vars, writtenVars } from '../playbook/inventory.ts';
import { matchHosts } from '../playbook/pattern.ts';
import { connectionVars } from '../playbook/plan.ts';
import { standingJson, standingText } from '../report/standing.ts';
import { type RememberedRun, readJournal } from '../run/journal.ts';
import type { OwnCommands } from '../run/next.ts';
import { lookAtStanding, type Standing, type StandingRow, unreachable } from '../run/standing.ts';
import { STATES, WAY } from '../run/states.ts';
import { limitOf, readInventory } from './inventories.ts';
import { extraVarsOf, type LoginOptions } from './load.ts';
import { withPasswords } from './passwords.ts';
import { addressFor, reach } from './reach.ts';
import { passwordsIn } from './secrets.ts';
import { stateHome, type World } from './world.ts';

export interface StatusOptions extends LoginOptions {
  readonly extraVars: readonly string[];
  readonly projectDir?: string;
  readonly become?: boolean;
  readonly forks: number;
  readonly output: 'text' | 'json';
}

/** ms that the looks at one host may take together: a Docker that hangs must not keep the other hosts' rows back. */
const PATIENCE = 120_000;

/** No line is longer, also where no terminal says how wide it is. */
const MOST_COLUMNS = 100;

const DEFAULT_DIRECTORY = '/opt/trains';

/** Exit 6 if a host could not be reached; each has its row all the same. */
export async function status(run: string | undefined, options: StatusOptions, world: World): Promise<number> {
  const inventory = await readInventory(options, world);
  const remembered = run === undefined ? undefined : readRun(run, world);
  const names = chosenHosts(inventory, remembered, limitOf(options, world));
  const login = await withPasswords(options, world);
  const vars = await passwordsIn(new Map(names.map((name) => [name, varsOf(name, inventory)])), world);
  const hosts = names.map((name) => placeOf(name, vars.get(name)!, login, world));
  const rows: StandingRow[] = [];
  const waiting = [...hosts.entries()];
  const look = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, host] = next;
      const standing = await lookAt(host, { run: remembered, options, world });
      rows[index] = { ...standing, outcome: outcomeOf(standing, world) };
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.forks, hosts.length) }, look));
  world.stdout(options.output === 'json' ? standingJson(rows) : standingText(rows, textOptions(world)));
  return rows.some(({ state }) => state === 'unreachable') ? EXIT.unreachable : EXIT.ok;
}

function readRun(run: string, world: World): RememberedRun {
  const remembered = readJournal(stateHome(world), run);
  if (remembered) return remembered;
  throw new UsageError(
    `this controller has no journal of a run ${run} (looked in ${stateHome(world)}/switchyard/runs); without a run, all hosts of the inventory are looked at`,
  );
}

function chosenHosts(inventory: Inventory, run: RememberedRun | undefined, limit: string | undefined): readonly string[] {
  const known = [...inventory.hosts.keys()];
  const all = run?.hosts ?? (known.length === 0 ? ['localhost'] : known);
  const missing = all.filter((host) => host !== 'localhost' && !inventory.hosts.has(host));
  if (missing.length > 0)
    throw new UsageError(`the inventory has no host ${missing.join(', ')}: give the inventory of run ${run?.run} with -i`);
  if (limit === undefined) return all;
  const choice = { ...choiceOf(inventory), hosts: all };
  const { hosts, unknown } = matchHosts(limit, choice);
  const wanted = all.filter((host) => hosts.includes(host));
  if (unknown.length > 0 || wanted.length === 0)
    throw new UsageError(`--limit ${limit} matches no host${run ? ` of run ${run.run}` : ' of the inventory'}`);
  return wanted;
}

interface Place {
  readonly name: string;
  readonly address: HostAddress;
  readonly directory: string;
}

/** Throws a UsageError for a template that cannot be filled in. */
function varsOf(name: string, inventory: Inventory): Vars {
  const faults: string[] = [];
  const vars = filledVars(name, writtenVars(inventory, isSecretName)(name), {
    names: ['trains_dir'],
    wrong: (fault) => faults.push(faultText(name, fault)),
  });
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  return vars;
}

/** Throws a UsageError for what an inventory cannot mean. */
function placeOf(name: string, vars: Vars, options: StatusOptions, world: World): Place {
  const extraVars = extraVarsOf(options.extraVars, world);
  const said = options.projectDir ?? extraVars.trains_dir ?? vars.trains_dir ?? DEFAULT_DIRECTORY;
  const reaching: Vars = {
    ...(name === 'localhost' && { ansible_connection: 'local' }),
    ...vars,
    ...connectionVars(extraVars),
    ...(options.become === true && { ansible_become: true }),
  };
  const address = addressFor(name, reaching, options, world);
  for (const note of address.notes ?? []) world.stderr(`warning: ${note}\n`);
  return {
    name,
    address,
    directory: String(said).replace(/(.)\/+$/, '$1'),
  };
}

interface Looking {
  readonly run: RememberedRun | undefined;
  readonly options: StatusOptions;
  readonly world: World;
}

async function lookAt({ name, address, directory }: Place, { run, options, world }: Looking): Promise<Standing> {
  const own = (lastRun: string | undefined) => {
    const file = (run ?? (lastRun === undefined ? undefined : readJournal(stateHome(world), lastRun)))?.file;
    return ownCommands(name, { directory, options, playbook: file ?? 'PLAYBOOK' });
  };
  const signal = AbortSignal.any([world.interrupt.signal, AbortSignal.timeout(PATIENCE)]);
  try {
    const connection = await reach(address, world);
    const asked = { directory, signal, secrets: world.secrets, now: world.now, own };
    return await lookAtStanding(connection, asked).finally(() => connection.close());
  } catch (error) {
    if (error instanceof ConnectionError) return unreachable(name, directory, error, own(undefined));
    throw error;
  }
}

/** The options of this very command, so that what is shown can be typed as it stands. */
function ownCommands(
  host: string,
  { directory, options, playbook }: { directory: string; options: StatusOptions; playbook: string },
): OwnCommands {
  const reaching = [
    ...options.inventory.flatMap((name) => ['-i', name]),
    ...(options.user === undefined ? [] : ['-u', options.user]),
    ...(options.privateKey === undefined ? [] : ['--private-key', options.privateKey]),
    ...(options.askPass === true ? ['-k'] : []),
    ...(options.askBecomePass === true ? ['-K'] : []),
  ];
  const become = options.become === true ? ['-b'] : [];
  const limit = options.inventory.length === 0 ? [] : ['-l', host];
  const values = [
    ...options.extraVars.flatMap((value) => ['-e', value]),
    ...(options.projectDir === undefined ? [] : ['-e', `trains_dir=${options.projectDir}`]),
  ];
  const walk = (verb: string) => ['switchyard', verb, playbook, ...reaching, ...become, ...limit, ...values];
  return {
    plan: walk('plan'),
    run: walk('run'),
    status: ['switchyard', 'status', ...reaching, ...become, ...limit, ...values],
    where: ['switchyard', 'status', ...reaching, ...become, ...limit, '--project-dir', 'DIRECTORY'],
    unlock: (run) => ['switchyard', 'unlock', host, run, ...reaching, '--project-dir', directory],
  };
}

function outcomeOf({ host, last_run }: Standing, world: World): StandingRow['outcome'] {
  const result = typeof last_run === 'object' && readJournal(stateHome(world), last_run.run)?.results.get(host);
  return result ? { status: result.status, message: result.failure?.message ?? result.message } : undefined;
}

const textOptions = ({ screen }: World) => ({
  columns: screen.isTerminal ? Math.min(MOST_COLUMNS, screen.columns) : MOST_COLUMNS,
  color: screen.color,
  way: WAY.map((state) => ({ state, name: STATES[state].name })),
});
