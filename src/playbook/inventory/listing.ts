// An inventory as others know it: the JSON of `ansible-inventory --list` and the tree of `ansible-inventory --graph`.
import { type Inventory, type Vars, writtenVars } from '../inventory.ts';

/** What every host has, and no inventory is written with. */
const OWN = new Set(['inventory_file', 'inventory_dir']);

/** The groups with those of their hosts that are in `hosts`, and the variables of these hosts as they are written. */
export function listingOf(inventory: Inventory, hosts: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  const groups = new Map<string, { hosts?: readonly string[]; children?: readonly string[] }>();
  const visit = (name: string) => {
    const { hosts: own, children } = inventory.groups.get(name)!;
    const chosen = name === 'all' ? [] : own.filter((host) => hosts.has(host));
    groups.set(name, { ...(chosen.length > 0 && { hosts: chosen }), ...(children.length > 0 && { children }) });
    for (const child of children) if (!groups.has(child)) visit(child);
  };
  visit('all');
  const filled = [...groups].filter(([, group]) => group.hosts || group.children);
  const vars = hostVars(inventory);
  const hostvars = [...hosts].map((host) => [host, vars(host)] as const).filter(([, own]) => Object.keys(own).length > 0);
  return Object.fromEntries([['_meta', { hostvars: Object.fromEntries(hostvars) }], ...filled]);
}

/** The variables of any host as they are written, without what every host has. */
export function hostVars(inventory: Inventory): (host: string) => Vars {
  const vars = writtenVars(inventory);
  return (host) => Object.fromEntries(Object.entries(vars(host)).filter(([name]) => !OWN.has(name)));
}

/** A line a group and host. */
export function graphOf({ groups }: Inventory): string {
  const lines: string[] = [];
  const write = (text: string, depth: number) => lines.push(depth === 0 ? text : `${'  |'.repeat(depth)}--${text}`);
  const visit = (name: string, depth: number) => {
    const { hosts, children } = groups.get(name)!;
    write(`@${name}:`, depth);
    for (const child of children) visit(child, depth + 1);
    if (name !== 'all') for (const host of hosts) write(host, depth + 1);
  };
  visit('all', 0);
  return `${lines.join('\n')}\n`;
}
