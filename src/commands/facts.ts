// switchyard facts: what is read of each host before its first task.
import { ConnectionError, messageOf, UsageError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { choiceOf } from '../playbook/inventory.ts';
import { matchHosts } from '../playbook/pattern.ts';
import { gatherFacts } from '../run/facts.ts';
import { limitOf, readInventory } from './inventories.ts';
import type { LoginOptions } from './load.ts';
import { withPasswords } from './passwords.ts';
import { addressesOf, reach } from './reach.ts';
import type { World } from './world.ts';

/** Prints one JSON object, host → facts; hosts that could not be asked are told on stderr. */
export async function facts(pattern: string, options: LoginOptions, world: World): Promise<number> {
  const inventory = await readInventory(options, world);
  const choice = choiceOf(inventory);
  const limit = limitOf(options, world);
  const wanted = matchHosts(pattern === 'all' && choice.hosts.length === 0 ? 'localhost' : pattern, choice);
  const kept = limit === undefined ? wanted : matchHosts(limit, choice);
  const hosts = wanted.hosts.filter((host) => kept.hosts.includes(host));
  if (wanted.unknown.length > 0 || kept.unknown.length > 0 || hosts.length === 0)
    throw new UsageError(
      `${[pattern, ...(limit === undefined ? [] : [`--limit ${limit}`])].join(' with ')} matches no host of the inventory`,
    );
  const login = await withPasswords(options, world);
  const addresses = await addressesOf({ hosts, inventory, options: login }, world);
  const failures: unknown[] = [];
  const found = await Promise.all(
    hosts.map(async (host) => {
      try {
        const connection = await reach(addresses.get(host)!, world);
        const read = await gatherFacts(connection, world.now).finally(() => connection.close());
        return [host, read] as const;
      } catch (error) {
        failures.push(error);
        world.stderr(`${messageOf(error)}\n`);
        return undefined;
      }
    }),
  );
  world.stdout(`${JSON.stringify(Object.fromEntries(found.filter((entry) => entry !== undefined)), null, 2)}\n`);
  if (failures.length === 0) return 0;
  return failures.some((error) => error instanceof ConnectionError) ? EXIT.unreachable : EXIT.failed;
}
