// From a host of the inventory and the options of the command line to its address and a live connection: one way for every command.
import { addressOf, type HostAddress } from '../connections/address.ts';
import { connect } from '../connections/connect.ts';
import type { Connection } from '../connections/connection.ts';
import { varsOf } from '../playbook/filled.ts';
import type { Inventory, Vars } from '../playbook/inventory.ts';
import type { LoginOptions } from './load.ts';
import type { World } from './world.ts';

/** Throws a UsageError for what cannot be done as written. */
export function addressFor(name: string, vars: Vars, options: LoginOptions, world: World): HostAddress {
  const { user = world.user, privateKey: privateKeyFile, password, becomePassword } = options;
  return addressOf(name, vars, { home: world.home, user, privateKeyFile, password, becomePassword });
}

/** As addressFor, with what the inventory says of the host. localhost is there without being written. */
export function addressIn(inventory: Inventory, host: string, options: LoginOptions, world: World): HostAddress {
  const vars = { ...(host === 'localhost' && { ansible_connection: 'local' }), ...varsOf(inventory, host) };
  return addressFor(host, vars, options, world);
}

/** Rejects with a ConnectionError. */
export function reach(address: HostAddress, { home, user, env, interrupt }: World, signal = interrupt.signal): Promise<Connection> {
  return connect(address, { home, user, env, signal });
}
