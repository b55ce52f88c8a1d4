// A connection of the runner's own to a host of the lab, for tests that ask its modules and engine directly.
import { addressOf } from '../../src/connections/address.ts';
import { connect } from '../../src/connections/connect.ts';
import type { Connection } from '../../src/connections/connection.ts';
import { varsOf } from '../../src/playbook/filled.ts';
import { loadInventory } from '../../src/playbook/inventory/load.ts';
import { onDisk } from '../support/files.ts';
import { inventory } from './switchyard.ts';

export function reach(host = 'lab-1'): Promise<Connection> {
  const { inventory: hosts } = loadInventory({ names: [inventory], files: onDisk('/'), cwd: '/' });
  const user = { home: '/root', user: 'root' };
  return connect(addressOf(host, varsOf(hosts, host), user), { ...user, env: process.env });
}
