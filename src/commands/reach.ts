// From a host of the inventory and the options of the command line to its address and a live connection: one way for every command.
import { addressOf, type HostAddress } from '../connections/address.ts';
import { connect } from '../connections/connect.ts';
import type { Connection } from '../connections/connection.ts';
import { varsOf } from '../playbook/filled.ts';
import type { Inventory, Vars } from '../playbook/inventory.ts';
import type { LoginOptions } from './load.ts';
import { passwordsIn } from './secrets.ts';
import type { World } from './world.ts';

/** Throws a UsageError for what cannot be done as written. */
export function addressFor(name: string, vars: Vars, options: LoginOptions, world: World): HostAddress {
  const { user = world.user, privateKey: privateKeyFile, password, becomePassword } = options;
  return addressOf(name, vars, { home: world.home, user, privateKeyFile, password, becomePassword });
}

/** Where and as whom to reach hosts. */
export interface Reaching {
  readonly hosts: readonly string[];
  readonly inventory: Inventory;
  readonly options: LoginOptions;
}

/** As addressFor, with what the inventory says of the hosts and with their passwords. localhost is there without being written. */
export async function addressesOf({ hosts, inventory, options }: Reaching, world: World): Promise<ReadonlyMap<string, HostAddress>> {
  const written = hosts.map((host) => {
    const vars = { ...(host === 'localhost' && { ansible_connection: 'local' }), ...varsOf(inventory, host) };
    return [host, vars] as const;
  });
  const vars = await passwordsIn(new Map<string, Vars>(written), world);
  return new Map([...vars].map(([host, own]) => [host, addressFor(host, own, options, world)]));
}

/** Rejects with a ConnectionError. */
export function reach(address: HostAddress, { home, user, env, interrupt }: World, signal = interrupt.signal): Promise<Connection> {
  return connect(address, { home, user, env, signal });
}
