// switchyard unlock: removes the lock that a dead run left on a host. Needs the run's name, so that no living one is robbed by mistake.
import { UsageError } from '../base/errors.ts';
import { breakLock } from '../run/lock.ts';
import { readInventory } from './inventories.ts';
import type { LoginOptions } from './load.ts';
import { withPasswords } from './passwords.ts';
import { addressesOf, reach } from './reach.ts';
import type { World } from './world.ts';

/** A Refusal if the lock is another run's. */
export async function unlock(
  host: string,
  run: string,
  options: LoginOptions & { readonly projectDir: string },
  world: World,
): Promise<number> {
  const inventory = await readInventory(options, world);
  if (host !== 'localhost' && !inventory.hosts.has(host)) throw new UsageError(`the inventory has no host ${host}`);
  const login = await withPasswords(options, world);
  const addresses = await addressesOf({ hosts: [host], inventory, options: login }, world);
  const connection = await reach(addresses.get(host)!, world);
  try {
    await breakLock(connection, options.projectDir, run);
  } finally {
    await connection.close();
  }
  world.stdout(`${host}: no run ${run} holds ${options.projectDir} any more\n`);
  return 0;
}
