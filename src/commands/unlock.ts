// switchyard unlock: removes the lock that a dead run left on a host. Needs the run's name, so that no living one is robbed by mistake.
import { UsageError } from '../base/errors.ts';
import { addressOf } from '../connections/address.ts';
import { connect } from '../connections/connect.ts';
import { varsOf } from '../playbook/inventory.ts';
import { breakLock } from '../run/lock.ts';
import { type InventoryOptions, readInventory } from './load.ts';
import type { World } from './world.ts';

/** A Refusal if the lock is another run's. */
export async function unlock(
  host: string,
  run: string,
  options: InventoryOptions & { readonly projectDir: string },
  world: World,
): Promise<number> {
  const inventory = readInventory(options, world);
  if (host !== 'localhost' && !inventory.hosts.has(host)) throw new UsageError(`the inventory has no host ${host}`);
  const vars = { ...(host === 'localhost' && { ansible_connection: 'local' }), ...varsOf(inventory, host) };
  const address = addressOf(host, vars, { home: world.home, user: options.user ?? world.user, privateKeyFile: options.privateKey });
  const connection = await connect(address, { home: world.home, user: world.user, env: world.env, signal: world.interrupt.signal });
  try {
    await breakLock(connection, options.projectDir, run);
  } finally {
    await connection.close();
  }
  world.stdout(`${host}: no run ${run} holds ${options.projectDir} any more\n`);
  return 0;
}
