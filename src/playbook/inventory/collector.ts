// What several files say of hosts and groups becomes one inventory, by Ansible's rules: later values win, and nobody is without a group.
import type { Position, Problem } from '../../base/errors.ts';
import type { Path } from '../../base/yaml.ts';
import type { Group, Host, Inventory, Layer, Vars } from '../inventory.ts';
import { UnknownVariables } from './variables.ts';

/** Looks a place up when it is asked for: most places never are. */
export type Place = () => Position;

/** What is being read: as it was typed, and absolute; hosts of the command line have no file. */
export interface Source {
  readonly name: string;
  readonly file: string | undefined;
  readonly directory: string | undefined;
}

/** Variables of one host or group, and where each of them stands. */
export interface Given {
  readonly vars: Vars;
  readonly positionOf: (variable: string) => Position;
}

/** Ranges make many hosts of a few lines. */
const MOST_HOSTS = 100_000;

interface MutableGroup {
  readonly name: string;
  readonly hosts: Set<string>;
  readonly children: Map<string, Place | undefined>;
  readonly layers: Layer[];
  priority: number;
}

/** Filled by the readers of the formats, file after file; `inventory` ends it. */
export class Collector {
  readonly problems: Problem[] = [];
  readonly #unknown = new UnknownVariables();
  #isFull = false;
  readonly #hosts = new Map<string, { readonly name: string; readonly layers: Layer[] }>();
  readonly #groups = new Map<string, MutableGroup>();

  constructor() {
    this.addGroup('all');
    this.addGroup('ungrouped');
    this.addChild('all', 'ungrouped');
  }

  groupNames(): readonly string[] {
    return [...this.#groups.keys()];
  }

  addGroup(name: string): void {
    if (!this.#groups.has(name)) this.#groups.set(name, { name, hosts: new Set(), children: new Map(), layers: [], priority: 1 });
  }

  /** Both have to be there. `place` is where the child is named. */
  addChild(group: string, child: string, place?: Place): void {
    const { children } = this.#groups.get(group)!;
    if (!children.has(child)) children.set(child, place);
  }

  /** The first one to name a host says where inventory_dir is, and its port. */
  addHost(name: string, group: string, { source, place, port }: { source: Source; place: Place; port?: number | undefined }): void {
    if (!this.#hosts.has(name)) {
      if (this.#hosts.size === MOST_HOSTS) return void this.#refuseMore(place);
      const own: Vars = {
        ...(port !== undefined && { ansible_port: port }),
        inventory_file: source.file ?? null,
        inventory_dir: source.directory ?? null,
      };
      this.#hosts.set(name, { name, layers: [{ level: 'host', of: name, vars: own, positionOf: place }] });
    }
    this.#groups.get(group)!.hosts.add(name);
  }

  giveHost(name: string, { vars, positionOf }: Given): void {
    this.problems.push(...this.#unknown.problemsOf({ vars, positionOf }));
    if (Object.keys(vars).length > 0) this.#hosts.get(name)?.layers.push({ level: 'host', of: name, vars, positionOf });
  }

  /** ansible_group_priority is no variable here but says which of several groups wins. */
  giveGroup(name: string, { vars: { ansible_group_priority: priority, ...vars }, positionOf }: Given): void {
    const group = this.#groups.get(name)!;
    this.problems.push(...this.#unknown.problemsOf({ vars, positionOf }));
    if (priority !== undefined) group.priority = Number(priority);
    if (Object.keys(vars).length > 0) group.layers.push({ level: 'group', of: name, vars, positionOf });
  }

  report(problem: Omit<Problem, 'path'> & { readonly path?: Path }): void {
    this.problems.push({ ...problem, path: problem.path?.join('/') ?? '' });
  }

  /** Groups that nobody has as a child become children of all, hosts without a group members of ungrouped. */
  inventory(): Omit<Inventory, 'folders'> {
    this.#breakCircles();
    this.#tellSameNames();
    const inside = new Set([...this.#groups.values()].flatMap(({ children }) => [...children.keys()]));
    for (const name of this.#groups.keys()) if (name !== 'all' && !inside.has(name)) this.addChild('all', name);
    this.#placeUngrouped();
    const groups = [...this.#groups.values()].map(
      ({ hosts, children, ...group }): Group => ({ ...group, hosts: [...hosts], children: [...children.keys()] }),
    );
    const hosts = new Map<string, Host>(this.#hosts);
    return { hosts, groups: new Map(groups.map((group) => [group.name, group])) };
  }

  #refuseMore(place: Place): void {
    if (!this.#isFull)
      this.report({
        rule: 'inventory-range',
        position: place(),
        message: `the inventory has more than ${MOST_HOSTS.toLocaleString('en')} hosts`,
      });
    this.#isFull = true;
  }

  #tellSameNames(): void {
    for (const { name, layers } of this.#hosts.values()) {
      if (this.#groups.has(name))
        this.report({
          rule: 'inventory-same-name',
          position: layers[0]!.positionOf(name),
          message: `${name} is a host and a group`,
          hint: 'give one of them another name: in patterns it is the host',
        });
    }
  }

  #placeUngrouped(): void {
    const ungrouped = this.#groups.get('ungrouped')!.hosts;
    const grouped = new Set<string>();
    for (const { name, hosts } of this.#groups.values())
      if (name !== 'all' && name !== 'ungrouped') for (const host of hosts) grouped.add(host);
    for (const host of this.#hosts.keys()) {
      if (grouped.has(host)) ungrouped.delete(host);
      else ungrouped.add(host);
    }
  }

  /** A child that leads back to one of its parents is told and taken out. */
  #breakCircles(): void {
    const done = new Set<string>();
    const open = new Set<string>();
    const visit = (name: string): void => {
      if (done.has(name)) return;
      open.add(name);
      const { children } = this.#groups.get(name)!;
      for (const [child, place] of [...children]) {
        if (child === 'all' || open.has(child)) {
          children.delete(child);
          this.report({ rule: 'inventory-circle', position: place!(), message: circle(name, child) });
        } else visit(child);
      }
      open.delete(name);
      done.add(name);
    };
    for (const name of this.#groups.keys()) visit(name);
  }
}

const circle = (name: string, child: string): string =>
  child === 'all'
    ? `all holds every group and cannot be a child of ${name}`
    : `${child} cannot be a child of ${name}, which it holds itself`;
