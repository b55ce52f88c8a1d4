// The inventory: which hosts there are, in which groups, with which variables, and which of several values of a variable counts.
// How it is read: inventory/load.ts.
import type { Position } from '../base/errors.ts';
import { placedReference } from '../base/secret_reference.ts';
import type { Choice } from './pattern.ts';

export type Vars = Readonly<Record<string, unknown>>;

/** The variables that one place gives to one host or group, as they are written there. */
export interface Layer {
  readonly level: 'group' | 'host';
  /** the name of the host or group */
  readonly of: string;
  readonly vars: Vars;
  /** where the variable stands */
  readonly positionOf: (variable: string) => Position;
}

export interface Group {
  readonly name: string;
  /** those that are given to it itself */
  readonly hosts: readonly string[];
  readonly children: readonly string[];
  /** ansible_group_priority: among groups of one depth the higher one wins */
  readonly priority: number;
  readonly layers: readonly Layer[];
}

export interface Host {
  readonly name: string;
  /** of the inventory itself, in the order in which they were read */
  readonly layers: readonly Layer[];
}

/** The files of one group_vars/ and one host_vars/, by the name of the group or host. */
export interface VarsFolder {
  readonly directory: string;
  readonly groups: ReadonlyMap<string, readonly Layer[]>;
  readonly hosts: ReadonlyMap<string, readonly Layer[]>;
}

/** `hosts` and `groups` in the order in which they were first named; the groups all and ungrouped are always there. */
export interface Inventory {
  readonly hosts: ReadonlyMap<string, Host>;
  readonly groups: ReadonlyMap<string, Group>;
  /** beside the inventories, in the order in which they count, then beside the playbook; no directory is twice in it */
  readonly folders: readonly VarsFolder[];
}

/** Without any host. */
export const EMPTY_INVENTORY: Inventory = {
  hosts: new Map(),
  groups: new Map(
    ['all', 'ungrouped'].map((name) => [name, { name, hosts: [], children: name === 'all' ? ['ungrouped'] : [], priority: 1, layers: [] }]),
  ),
  folders: [],
};

/** What patterns are held against. */
export function choiceOf(inventory: Inventory): Choice {
  return {
    hosts: [...inventory.hosts.keys()],
    groups: [...inventory.groups.keys()],
    hostsOf: (group) => hostsOf(inventory, group),
  };
}

/** The hosts of a group and of its children, level by level, each once. `all` has every host, in the order in which they were named. */
export function hostsOf(inventory: Inventory, group: string): readonly string[] {
  if (group === 'all') return [...inventory.hosts.keys()];
  const found = new Set<string>();
  const groups = new Set([group]); // what is added while it is walked is walked, too
  for (const name of groups) {
    const { hosts, children } = inventory.groups.get(name) ?? { hosts: [], children: [] };
    for (const host of hosts) found.add(host);
    for (const child of children) groups.add(child);
  }
  return [...found];
}

/**
 * Every layer that gives a host variables, the one that wins last. Ansible's order: what the inventory says of all, of the other groups from
 * the outermost inwards (by priority and name within one depth), of both what group_vars/ says, then the same of the host.
 */
export function layersOf(inventory: Inventory): (host: string) => readonly Layer[] {
  const groupsOf = groupsByHost(inventory);
  return (host) => {
    const groups = groupsOf(host);
    const inFolders = (names: readonly string[]) =>
      inventory.folders.flatMap((folder) => names.flatMap((name) => folder.groups.get(name) ?? []));
    return [
      ...['all', ...groups].flatMap((name) => inventory.groups.get(name)!.layers),
      ...inFolders(['all']),
      ...inFolders(groups),
      ...(inventory.hosts.get(host)?.layers ?? []),
      ...inventory.folders.flatMap((folder) => folder.hosts.get(host) ?? []),
    ];
  };
}

/** The variables of any host as they are written; references to secrets in those of `isSecret` with their files in place. */
export function writtenVars(inventory: Inventory, isSecret: (variable: string) => boolean = () => false): (host: string) => Vars {
  const layersFor = layersOf(inventory);
  return (host) => {
    const layers = layersFor(host);
    let vars: Record<string, unknown> = {};
    for (const layer of layers) vars = { ...vars, ...layer.vars }; // assigned, __proto__ would be lost
    for (const name of Object.keys(vars).filter(isSecret)) {
      vars[name] = placedReference(vars[name], () => layers.findLast((layer) => Object.hasOwn(layer.vars, name))!.positionOf(name).file);
    }
    return vars;
  };
}

/** The groups of a host but for all, from the outermost inwards. Hosts of the same groups share one list. */
function groupsByHost(inventory: Inventory): (host: string) => readonly string[] {
  const parents = parentsOf(inventory);
  const order = inOrder(inventory, parents);
  const direct = new Map<string, string[]>();
  for (const { name, hosts } of inventory.groups.values()) {
    for (const host of hosts) if (!direct.get(host)?.push(name)) direct.set(host, [name]);
  }
  const known = new Map<string, readonly string[]>();
  return (host) => {
    const own = direct.get(host) ?? [];
    const key = own.join('\n');
    const groups = known.get(key) ?? order.filter((name) => withAncestors(own, parents).has(name));
    known.set(key, groups);
    return groups;
  };
}

type Parents = ReadonlyMap<string, readonly string[]>;

function parentsOf({ groups }: Inventory): Parents {
  const parents = new Map<string, string[]>([...groups.keys()].map((name) => [name, []]));
  for (const { name, children } of groups.values()) for (const child of children) parents.get(child)?.push(name);
  return parents;
}

function withAncestors(names: readonly string[], parents: Parents): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (!found.has(name)) waiting.push(...(parents.get(name) ?? []));
    found.add(name);
  }
  return found;
}

/** Every group but all: by its longest way to the outside, then by priority, then by name. */
function inOrder({ groups }: Inventory, parents: Parents): readonly string[] {
  const depths = new Map<string, number>();
  const depthOf = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const depth = 1 + Math.max(-1, ...(parents.get(name) ?? []).map(depthOf));
    depths.set(name, depth);
    return depth;
  };
  return [...groups.values()]
    .filter(({ name }) => name !== 'all')
    .toSorted((a, b) => depthOf(a.name) - depthOf(b.name) || a.priority - b.priority || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}
