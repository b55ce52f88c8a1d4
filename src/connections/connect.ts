// From a host's address to a live connection: the table of ways.
import type { HostAddress } from './address.ts';
import type { Connection } from './connection.ts';
import { HostConnection } from './host.ts';
import type { Link } from './link.ts';
import { LocalLink } from './local.ts';

/** Of the runner's own machine. */
export interface ConnectContext {
  readonly home: string;
  readonly user: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

const LINKS: Readonly<Record<HostAddress['connection'], (address: HostAddress, context: ConnectContext) => Promise<Link>>> = {
  ssh: async (address, context) => (await import('./ssh.ts')).openSsh(address, context),
  local: async ({ name }, { user, env }) => new LocalLink(name, { user, environment: env }),
};

/** Rejects with a ConnectionError. The inventory's become is in force on what comes back. */
export async function connect(address: HostAddress, context: ConnectContext): Promise<Connection> {
  const link = await LINKS[address.connection](address, context);
  return new HostConnection(link, { user: address.become?.user, password: address.become?.password ?? address.becomePassword });
}
