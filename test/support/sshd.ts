// An SSH server on loopback that runs what it is asked on this machine, for the time of a test: the real protocol, without an installed sshd.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import ssh2, { type Connection as Peer } from 'ssh2';
import type { HostAddress } from '../../src/connections/address.ts';

export interface Sshd {
  readonly address: HostAddress;
  /** breaks every connection off, as a pulled cable that is noticed */
  cut(): void;
  /** nothing is read or answered any more, and no connection breaks: a pulled cable that nobody notices */
  freeze(): void;
  close(): Promise<void>;
}

/** An ed25519 key. ssh2 now and then writes one that it cannot read itself (seen: "Malformed OpenSSH private key"): another one is made then. */
export function keyPair(): { readonly private: string; readonly public: string } {
  const pair = ssh2.utils.generateKeyPairSync('ed25519');
  return ssh2.utils.parseKey(pair.private) instanceof Error ? keyPair() : pair;
}

/** Its keys and known_hosts go into `directory`. `profile` is what the login shell runs ahead of each command; `password` lets in, too. */
export async function startSshd(directory: string, profile = '', password?: string): Promise<Sshd> {
  const hostKey = keyPair();
  const userKey = keyPair();
  const allowed = ssh2.utils.parseKey(userKey.public) as ssh2.ParsedKey;
  const peers = new Set<Peer>();
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (peer) => {
    peers.add(peer);
    peer.on('error', () => {});
    peer.on('close', () => peers.delete(peer));
    peer.on('authentication', (context) => {
      if (context.method === 'password' && context.password === password) return context.accept();
      const right = context.method === 'publickey' && context.key.data.equals(allowed.getPublicSSH());
      if (!right) return context.reject(['publickey', ...(password === undefined ? [] : ['password' as const])]);
      if (context.signature && !allowed.verify(context.blob!, context.signature, context.hashAlgo)) return context.reject();
      context.accept();
    });
    peer.on('session', (acceptSession) => {
      acceptSession().on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        const child = spawn('sh', ['-c', `${profile}${command}`], { detached: true });
        channel.pipe(child.stdin).on('error', () => {});
        child.stdout.pipe(channel, { end: false });
        child.stderr.pipe(channel.stderr, { end: false });
        child.on('close', (code, signal) => {
          if (signal) channel.exit(signal.replace('SIG', '') as never);
          else channel.exit(code ?? 0);
          channel.end();
        });
      });
    });
    const forward = (accept: () => ssh2.ServerChannel, reject: () => void, target: object) => {
      const socket = connect(target as never);
      socket.once('error', () => reject());
      socket.once('connect', () => {
        const channel = accept();
        socket.pipe(channel).pipe(socket);
        channel.on('close', () => socket.destroy());
      });
    };
    peer.on('tcpip', (accept, reject, { destIP, destPort }) => forward(accept, reject, { host: destIP, port: destPort }));
    peer.on(
      'openssh.streamlocal' as never,
      ((accept: () => ssh2.ServerChannel, reject: () => void, { socketPath }: { socketPath: string }) =>
        forward(accept, reject, { path: socketPath })) as never,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const known = join(directory, 'known_hosts');
  const key = join(directory, 'id');
  const [type, blob] = hostKey.public.split(' ');
  writeFileSync(known, `[127.0.0.1]:${port} ${type} ${blob}\n`);
  writeFileSync(key, userKey.private, { mode: 0o600 });
  const cut = () => {
    for (const peer of peers) (peer as unknown as { _sock: { destroy(): void } })._sock.destroy();
  };
  return {
    address: { name: 'h1', connection: 'ssh', address: '127.0.0.1', port, user: 'me', privateKeyFile: key, knownHostsFiles: [known] },
    cut,
    freeze: () => {
      for (const peer of peers) (peer as unknown as { _sock: { pause(): void } })._sock.pause();
    },
    close: async () => {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
