// switchyard inventory: which hosts there are, in which groups, with which variables, and where a variable gets its value. Touches no host.
import { UsageError, ValidationError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { didYouMean } from '../base/nearest.ts';
import { MASK } from '../base/secret.ts';
import { isSecretName, secretReference } from '../base/secret_reference.ts';
import { parseYaml } from '../base/yaml.ts';
import { graphOf, hostVars, listingOf } from '../playbook/inventory/listing.ts';
import { choiceOf, type Inventory, layersOf, type Vars } from '../playbook/inventory.ts';
import { type LevelSources, levelsOf } from '../playbook/levels.ts';
import { matchHosts } from '../playbook/pattern.ts';
import type { Playbook } from '../playbook/playbook.ts';
import { explainedJson, explainedText } from '../report/explained.ts';
import { table } from '../report/table.ts';
import { besidePlaybook, type InventoryOptions, limitOf, readInventory } from './inventories.ts';
import { extraVarsIn, readPlaybook } from './load.ts';
import type { World } from './world.ts';

export interface InventoryCommandOptions extends InventoryOptions {
  readonly extraVars: readonly string[];
  /** the JSON of ansible-inventory */
  readonly list?: boolean;
  /** the same as `list`; with `explain`: for programs */
  readonly json?: boolean;
  readonly host?: string;
  readonly graph?: boolean;
  /** the name of a variable */
  readonly explain?: string;
  readonly playbook?: string;
}

/** A table of the hosts, or what one of the options asks for. */
export async function inventory(options: InventoryCommandOptions, world: World): Promise<number> {
  const found = await readInventory(options, world);
  const playbook = options.playbook === undefined ? undefined : readSources(options.playbook, world);
  const all = options.playbook === undefined ? found : besidePlaybook(found, options.playbook, world);
  const isSecret = (name: string) => isSecretName(name) || playbook?.playbook.inputs.get(name)?.sensitive === true;
  const hosts = chosenHosts(all, playbook?.playbook, limitOf(options, world));
  if (options.explain !== undefined) world.stdout(explain(options.explain, { options, hosts, inventory: all, playbook, isSecret, world }));
  else if (options.host !== undefined) world.stdout(json(hidden(varsOfHost(options.host, all), isSecret)));
  else if (options.graph) world.stdout(graphOf(all));
  else if (options.list || options.json) world.stdout(json(listing(all, hosts, isSecret)));
  else world.stdout(overview(all, hosts));
  return EXIT.ok;
}

type Named = (name: string) => boolean;

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 4)}\n`;

function chosenHosts(found: Inventory, playbook: Playbook | undefined, limit: string | undefined): readonly string[] {
  const own = typeof playbook?.hosts === 'object' ? Object.keys(playbook.hosts) : undefined;
  const choice = { ...choiceOf(found), ...(own && { hosts: own }) };
  const { hosts, unknown } = matchHosts(limit ?? 'all', choice);
  if (unknown.length > 0) throw new UsageError(`--limit ${limit}: neither a group nor a host is named ${unknown.join(', ')}`);
  return hosts;
}

function varsOfHost(host: string, found: Inventory): Vars {
  if (found.hosts.has(host)) return hostVars(found)(host);
  throw new UsageError(
    `--host ${host}: there is no such host; ${didYouMean(host, found.hosts.keys()) ?? 'switchyard inventory tells them'}`,
  );
}

/** A reference says where a secret is, and is none. */
function hidden(vars: Vars, isSecret: Named): Vars {
  const show = ([name, value]: readonly [string, unknown]) => [name, isSecret(name) && !secretReference(value) ? MASK : value] as const;
  return Object.fromEntries(Object.entries(vars).map(show));
}

function listing(found: Inventory, hosts: readonly string[], isSecret: Named): unknown {
  const { _meta: meta, ...groups } = listingOf(found, new Set(hosts));
  const { hostvars } = meta as { hostvars: Readonly<Record<string, Vars>> };
  const shown = Object.entries(hostvars).map(([host, vars]) => [host, hidden(vars, isSecret)] as const);
  return { _meta: { hostvars: Object.fromEntries(shown) }, ...groups };
}

function overview(found: Inventory, hosts: readonly string[]): string {
  const vars = hostVars(found);
  const groups = new Map<string, string[]>();
  for (const { name, hosts: own } of found.groups.values()) {
    for (const host of own) if (name !== 'all' && !groups.get(host)?.push(name)) groups.set(host, [name]);
  }
  const rows = hosts.map((host) => {
    const { ansible_host: address = host, ansible_port: port = 22, ansible_connection: connection = 'ssh' } = vars(host);
    return [host, (groups.get(host) ?? []).join(' '), connection === 'local' ? 'local' : `${address}:${port}`];
  });
  if (rows.length === 0) return 'no hosts: give an inventory with -i\n';
  return `${table([['host', 'groups', 'reached at'], ...rows]).join('\n')}\n`;
}

interface Explaining {
  readonly options: InventoryCommandOptions;
  readonly hosts: readonly string[];
  readonly inventory: Inventory;
  readonly playbook: LevelSources['playbook'];
  readonly isSecret: Named;
  readonly world: World;
}

function explain(variable: string, { options, hosts, inventory: found, playbook, isSecret, world }: Explaining): string {
  const extraVars = options.extraVars.map((one) => extraVarsIn(one, world));
  const layers = layersOf(found);
  const rows = hosts.map((host) => ({ host, levels: levelsOf(variable, host, { layers: layers(host), playbook, extraVars }) }));
  if (rows.every(({ levels }) => levels.length === 0)) {
    const known = new Set(hosts.flatMap((host) => layers(host).flatMap(({ vars }) => Object.keys(vars))));
    for (const name of [...(playbook?.playbook.inputs.keys() ?? []), ...Object.keys(playbook?.playbook.vars ?? {})]) known.add(name);
    throw new UsageError(
      `--explain ${variable}: nothing sets it for any of these hosts; ${didYouMean(variable, known) ?? 'give the playbook with --playbook to see its inputs'}`,
    );
  }
  const isSensitive = (value: unknown) => isSecret(variable) && !secretReference(value);
  const shown = { variable, isSensitive, color: world.screen.color };
  return options.json ? explainedJson(rows, shown) : explainedText(rows, shown);
}

function readSources(file: string, world: World): NonNullable<LevelSources['playbook']> {
  const { playbook, problems, sources } = readPlaybook(file, world);
  if (!playbook) throw new ValidationError(problems, sources);
  const document = parseYaml(sources.get(file) ?? '', file);
  return { playbook, positionOf: (path) => document.positionOf(path) };
}
