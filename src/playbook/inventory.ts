// The inventory: Ansible's YAML form, with group_vars/ and host_vars/ beside it, or a list of hosts from the command line.
import { messageOf, type Position, type Problem, UsageError } from '../base/errors.ts';
import { type RuleId, withoutEchoes } from '../base/rules.ts';
import { type Path, parseAnsibleYaml, type YamlDocument } from '../base/yaml.ts';
import { render } from './expression.ts';
import { expandRange } from './range.ts';

export type Vars = Readonly<Record<string, unknown>>;

export interface Group {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly children: readonly string[];
  readonly vars: Vars;
  /** of its files in group_vars/ */
  readonly fileVars: Vars;
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
  return { inventory: reader.inventory(), problems: withoutEchoes(reader.problems) };
}

/** All variables of a host, ready to connect by. Throws a UsageError for a template that cannot be filled in. */
export function varsOf(inventory: Inventory, host: string): Vars {
  const faults = new Set<string>();
  const vars = filledVars(host, writtenVars(inventory)(host), [], faults);
  if (faults.size > 0) throw new UsageError([...faults].join('\n'));
  return vars;
}

/**
 * The variables of any host as they are written: those of `all`, then of its groups from the outermost inwards (by name within one depth), then
 * group_vars/ in the same order, then the host's own. That files win over the inventory itself is Ansible's order.
 */
export function writtenVars(inventory: Inventory): (host: string) => Vars {
  const depths = new Map([...inventory.groups.keys()].map((name) => [name, depthOf(inventory, name)]));
  const sorted = [...inventory.groups.values()].sort((a, b) => depths.get(a.name)! - depths.get(b.name)! || a.name.localeCompare(b.name));
  const groupsOf = new Map<string, Group[]>();
  for (const group of sorted) {
    for (const host of hostsOf(inventory, group.name)) groupsOf.set(host, [...(groupsOf.get(host) ?? []), group]);
  }
  return (host) => {
    const groups = groupsOf.get(host) ?? [];
    return Object.assign(
      {},
      ...groups.map(({ vars }) => vars),
      ...groups.map(({ fileVars }) => fileVars),
      inventory.hosts.get(host),
    ) as Vars;
  };
}

/** The variables that say how to reach a host. */
const CONNECTION = /^ansible_(host|port|user|connection|password|private_key_file|shell_type|become\w*|ssh_\w+)$/;

/** How often a template may lead to a variable that is a template itself. */
const DEEPEST = 10;

/** The variables with templates filled in where the runner uses them: the connection's and those in `names`. Others stay as they are written. */
export function filledVars(host: string, vars: Vars, names: Iterable<string>, faults: Set<string>): Vars {
  const filled: Record<string, unknown> = { ...vars };
  const scope = { ...vars, inventory_hostname: host };
  for (const name of new Set([...Object.keys(vars).filter((key) => CONNECTION.test(key)), ...names])) {
    if (!Object.hasOwn(filled, name)) continue;
    try {
      let value = filled[name];
      for (let i = 0; i < DEEPEST && isTemplate(value); i++) value = render(value, scope);
      if (isTemplate(value)) faults.add(`${host}: the variable ${name} leads back to itself`);
      filled[name] = value;
    } catch (error) {
      faults.add(`${host}: the variable ${name}: ${messageOf(error)}`);
    }
  }
  return filled;
}

const isTemplate = (value: unknown) => value !== undefined && JSON.stringify(value).includes('{{');

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

interface MutableGroup {
  readonly hosts: Set<string>;
  readonly children: Set<string>;
  readonly vars: Record<string, unknown>;
  readonly fileVars: Record<string, unknown>;
}

class Reader {
  readonly problems: Problem[] = [];
  readonly #sources: InventorySources;
  readonly #hosts = new Map<string, Record<string, unknown>>();
  readonly #groups = new Map<string, MutableGroup>();

  constructor(sources: InventorySources) {
    this.#sources = sources;
  }

  inventory(): Inventory {
    const groups = [...this.#groups].map(
      ([name, { hosts, children, vars, fileVars }]) =>
        [name, { name, hosts: [...hosts], children: [...children], vars, fileVars }] as const,
    );
    return { hosts: this.#hosts, groups: new Map(groups) };
  }

  read(name: string): void {
    if (name.includes(',')) {
      for (const pattern of name.split(',').map((part) => part.trim())) {
        const expanded = pattern === '' ? { names: [] } : expandRange(pattern);
        if ('fault' in expanded) this.#noHost(`${pattern} ${expanded.fault}`, { file: name, ...START });
        else for (const host of expanded.names) this.#host(host);
      }
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
    const document = parseAnsibleYaml(source, name);
    this.problems.push(...document.problems, ...document.remarks());
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
    else if (body.vars !== undefined && body.vars !== null) this.#report(document, [...path, 'vars'], 'vars must be a map');
    if (isMap(body.hosts)) {
      for (const [pattern, vars] of Object.entries(body.hosts)) {
        const at = [...path, 'hosts', pattern];
        const expanded = expandRange(pattern);
        if ('fault' in expanded) this.#noHost(`${pattern} ${expanded.fault}`, document.positionOf(at, 'key'), at);
        if (vars !== null && !isMap(vars)) this.#report(document, at, `the variables of ${pattern} must be a map`);
        for (const host of 'names' in expanded ? expanded.names : []) {
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
    } else if (body.children !== undefined && body.children !== null)
      this.#report(document, [...path, 'children'], 'children must be a map: each group with a colon after it');
  }

  /** group_vars/NAME.yml and host_vars/NAME.yml beside the inventory. */
  #besides(directory: string): void {
    this.#ensure('all');
    for (const [name, group] of this.#groups)
      Object.assign(group.fileVars, located(this.#varsFile(`${directory}/group_vars/${name}`), directory));
    for (const [name, vars] of this.#hosts) Object.assign(vars, located(this.#varsFile(`${directory}/host_vars/${name}`), directory));
  }

  #varsFile(base: string): Vars {
    for (const file of [base, `${base}.yml`, `${base}.yaml`]) {
      const source = this.#sources.read(file);
      if (source === undefined) continue;
      const document = parseAnsibleYaml(source, file);
      this.problems.push(...document.problems, ...document.remarks());
      return isMap(document.value) ? document.value : {};
    }
    return {};
  }

  #ensure(name: string): MutableGroup {
    const group = this.#groups.get(name) ?? { hosts: new Set(), children: new Set(), vars: {}, fileVars: {} };
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
    });
  }

  #noHost(message: string, position: Position, path: Path = []): void {
    this.problems.push({ rule: 'inventory-range', position, path: path.join('/'), message });
  }

  #fail(file: string, rule: RuleId, message: string, hint: string): void {
    this.problems.push({ rule, position: { file, ...START }, path: '', message, hint });
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
