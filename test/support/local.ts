// The machine that the tests run on, as a host.
import { userInfo } from 'node:os';
import type { HostAddress } from '../../src/connections/address.ts';
import type { ConnectContext } from '../../src/connections/connect.ts';

export const localContext: ConnectContext = { home: '/nonexistent', user: userInfo().username, env: process.env };

export const localAddress = (name: string): HostAddress => ({
  name,
  connection: 'local',
  address: 'localhost',
  port: 22,
  user: userInfo().username,
  knownHostsFiles: [],
});
