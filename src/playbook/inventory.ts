// The inventory: Ansible's YAML form, with group_vars/ and host_vars/ beside it, or a list of hosts from the command line.
import type { Problem } from '../base/errors.ts';
import { type Path, parseYaml, type YamlDocument } from '../base/yaml.ts';
import { expandRange } from './pattern.ts';

export type Vars = Readonly<Record<string, unknown>>;

export interface Group {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly children: readonly string[];
  readonly vars: Vars;
}

/** `hosts` in the order of the files, with their own variables. */
export interface Inventory {
  readonly hosts: ReadonlyMap<string, Vars>;
  readonly groups: ReadonlyMap<string, Group>;
}

/** What an inventory is read from. `read` gives a file's text; undefined: it is not there. */
export interface InventorySources {
  readonly read: (path: string) => string | undefined;
  /** absolute or relative to the working directory, or `host1,host2` */
  readonly names: readonly string[];
  readonly directoryOf: (path: string) => string;
}

type Data = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value);

const START: Position0 = { line: 1, column: 1, endLine: 1, endColumn: 1 };
type Position0 = { line: number; column: number; endLine: number; endColumn: number };

/** Reads all of them as one inventory; later ones win. Faults of every file are in `problems`. */
export function loadInventory(sources: InventorySources): { readonly inventory: Inventory; readonly problems: readonly Problem[] } {
  const reader = new Reader(sources);
  for (const name of sources.names) reader.read(name);
  return { inventory: reader.inventory(), problems: reader.problems };
}

/** All variables of a host: those of `all`, then of its groups from the outermost inwards (by name within one depth), then its own. */
export function varsOf(inventory: Inventory, host: string): Vars {
  const groups = [...inventory.groups.values()].filter((group) => hostsOf(inventory, group.name).includes(host));
  const sorted = groups.sort((a, b) => depthOf(inventory, a.name) - depthOf(inventory, b.name) || a.name.localeCompare(b.name));
  return Object.assign({}, ...sorted.map(({ vars }) => vars), inventory.hosts.get(host) ?? {}) as Vars;
}

/** The hosts of a group and of its children, each once. `all` has every host. */
export function hostsOf(inventory: Inventory, group: string, seen: readonly string[] = []): readonly string[] {
  if (group === 'all') return [...inventory.hosts.keys()];
  const found = inventory.groups.get(group);
  if (!found || seen.includes(group)) return [];
  return [...new Set([...found.hosts, ...found.children.flatMap((child) => hostsOf(inventory, child, [...seen, group]))])];
}

function depthOf(inventory: Inventory, name: string, seen: readonly string[] = []): number {
  if (name === 'all') return 0;
  const parents = [...inventory.groups.values()].filter(({ children, name: parent }) => children.includes(name) && !seen.includes(parent));
  return 1 + Math.max(0, ...parents.map((parent) => depthOf(inventory, parent.name, [...seen, name])));
}

class Reader {
  readonly problems: Problem[] = [];
  readonly #sources: InventorySources;
  readonly #hosts = new Map<string, Record<string, unknown>>();
  readonly #groups = new Map<string, { hosts: Set<string>; children: Set<string>; vars: Record<string, unknown> }>();

  constructor(sources: InventorySources) {
    this.#sources = sources;
  }

  inventory(): Inventory {
    const groups = [...this.#groups].map(
      ([name, { hosts, children, vars }]) => [name, { name, hosts: [...hosts], children: [...children], vars }] as const,
    );
    return { hosts: this.#hosts, groups: new Map(groups) };
  }

  read(name: string): void {
    if (name.includes(',')) {
      for (const host of name.split(',').map((part) => part.trim())) if (host !== '') for (const one of expandRange(host)) this.#host(one);
      return;
    }
    const source = this.#sources.read(name);
    if (source === undefined)
      return void this.#fail(
        name,
        'inventory-missing',
        `there is no inventory ${name}`,
        'give a YAML file, or hosts with a comma: -i host1,',
      );
    if (/^#!/.test(source))
      return void this.#fail(name, 'inventory-executable', 'executables as inventories are not supported yet', 'write its output as YAML');
    if (!/\.(ya?ml|json)$/.test(name) && /^\s*\[[^\]]+\]\s*$/m.test(source)) {
      return void this.#fail(
        name,
        'inventory-ini',
        'INI inventories are not supported yet',
        'ansible-inventory -i FILE --list --yaml writes it as YAML',
      );
    }
    const document = parseYaml(source, name);
    this.problems.push(...document.problems);
    const directory = this.#sources.directoryOf(name);
    if (isMap(document.value)) for (const [group, body] of Object.entries(document.value)) this.#group(document, [group], body, directory);
    else if (document.value !== null && document.value !== undefined) this.#report(document, [], 'an inventory is a map of groups');
    this.#besides(directory);
  }

  #group(document: YamlDocument, path: Path, body: unknown, directory: string): void {
    const name = String(path.at(-1));
    const group = this.#ensure(name);
    if (body === null) return;
    if (!isMap(body)) return void this.#report(document, path, `the group ${name} must be a map with hosts, children and vars`);
    for (const key of Object.keys(body)) {
      if (!['hosts', 'children', 'vars'].includes(key))
        this.#report(document, [...path, key], `a group has hosts, children and vars, not ${key}`, 'key');
    }
    if (isMap(body.vars)) Object.assign(group.vars, located(body.vars, directory));
    if (isMap(body.hosts)) {
      for (const [pattern, vars] of Object.entries(body.hosts)) {
        for (const host of expandRange(pattern)) {
          this.#host(host, isMap(vars) ? located(vars, directory) : {});
          group.hosts.add(host);
        }
      }
    } else if (body.hosts !== undefined && body.hosts !== null)
      this.#report(document, [...path, 'hosts'], 'hosts must be a map: each host with a colon after it');
    if (isMap(body.children)) {
      for (const [child, inner] of Object.entries(body.children)) {
        group.children.add(child);
        this.#group(document, [...path, 'children', child], inner, directory);
      }
    }
  }

  /** group_vars/NAME.yml and host_vars/NAME.yml beside the inventory. */
  #besides(directory: string): void {
    for (const [name, group] of this.#groups) Object.assign(group.vars, this.#varsFile(`${directory}/group_vars/${name}`));
    const all = this.#varsFile(`${directory}/group_vars/all`);
    if (Object.keys(all).length > 0) Object.assign(this.#ensure('all').vars, all);
    for (const [name, vars] of this.#hosts) Object.assign(vars, this.#varsFile(`${directory}/host_vars/${name}`));
  }

  #varsFile(base: string): Vars {
    for (const file of [base, `${base}.yml`, `${base}.yaml`]) {
      const source = this.#sources.read(file);
      if (source === undefined) continue;
      const document = parseYaml(source, file);
      this.problems.push(...document.problems);
      return isMap(document.value) ? document.value : {};
    }
    return {};
  }

  #ensure(name: string): { hosts: Set<string>; children: Set<string>; vars: Record<string, unknown> } {
    const group = this.#groups.get(name) ?? { hosts: new Set(), children: new Set(), vars: {} };
    this.#groups.set(name, group);
    return group;
  }

  #host(name: string, vars: Vars = {}): void {
    this.#hosts.set(name, { ...this.#hosts.get(name), ...vars });
  }

  #report(document: YamlDocument, path: Path, message: string, part: 'key' | 'value' = 'value'): void {
    this.problems.push({
      rule: 'inventory-shape',
      position: document.positionOf(path, part),
      path: path.join('/'),
      message,
      severity: 'error',
    });
  }

  #fail(file: string, rule: string, message: string, hint: string): void {
    this.problems.push({ rule, position: { file, ...START }, path: '', message, hint, severity: 'error' });
  }
}

/** `{{ inventory_dir }}`, as Ansible has it: paths that hold wherever the command is typed. */
function located(vars: Vars, directory: string): Vars {
  const place = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll(/\{\{\s*inventory_dir\s*\}\}/g, directory);
    if (Array.isArray(value)) return value.map(place);
    return isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, place(item)])) : value;
  };
  return place(vars) as Vars;
}
