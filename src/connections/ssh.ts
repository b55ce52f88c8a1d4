// The link over SSH: one connection a host, channels in it. The only door to ssh2.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import ssh2, { type Client, type ClientChannel, type ConnectConfig } from 'ssh2';
import { ConnectionError, type ConnectionFailure, messageOf } from '../base/errors.ts';
import type { HostAddress } from './address.ts';
import { fingerprint, type HostKey, keyType, knownKeys } from './known_hosts.ts';
import { type Ending, type Lane, type Link, Places, type Running, type Wire } from './link.ts';

/** sshd allows 10 commands at once on a connection (MaxSessions); a command that is to end another one must find a place. */
const PLACES: Readonly<Record<Lane, number>> = { commands: 6, wires: 3, urgent: 1 };

const READY_MS = 20_000;
const KEEPALIVE_MS = 10_000;
const KEEPALIVES = 3;
const USUAL_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
const ECDSA = ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'];
/** What ssh2 can check. Another type (sk-…) in known_hosts is as if its line were not there: asked for, it would be refused with no word of it. */
const KEY_TYPES = new Set(['ssh-ed25519', 'ssh-rsa', ...ECDSA]);
const RSA = ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'];

export interface SshContext {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** Connects and logs in. Rejects with a ConnectionError that says why, and what to do. */
export async function openSsh(address: HostAddress, context: SshContext): Promise<Link> {
  const known = readKnown(address);
  const keys = readKeys(address, context);
  const offer = {} as { refused?: ConnectionError };
  let last: ConnectionError | undefined;
  // ssh2 takes one key a connection: each is tried in its own turn, the agent (which may hold several) first
  const attempts: Partial<ConnectConfig>[] = [
    ...(context.env.SSH_AUTH_SOCK && address.privateKeyFile === undefined ? [{ agent: context.env.SSH_AUTH_SOCK }] : []),
    ...keys.map((privateKey) => ({ privateKey })),
    ...(address.password === undefined ? [] : [{ password: address.password }]),
  ];
  if (attempts.length === 0) throw noKey(address);
  for (const attempt of attempts) {
    try {
      return await open(address, { ...attempt, ...hostKeyOptions(address, known, offer) }, context.signal);
    } catch (error) {
      last = offer.refused ?? (error instanceof ConnectionError ? error : failureOf(address, error));
      if (last.reason !== 'auth') throw last;
    }
  }
  throw last;
}

async function open(address: HostAddress, options: Partial<ConnectConfig>, signal: AbortSignal | undefined): Promise<Link> {
  const client = new ssh2.Client();
  const aborted = () => void client.destroy();
  signal?.throwIfAborted();
  signal?.addEventListener('abort', aborted, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve);
      client.on('error', reject); // for the client's whole life: unhandled, a link lost later would end the process
      client.once('close', () => reject(new Error('the connection was closed')));
      client.connect({
        host: address.address,
        port: address.port,
        username: address.user,
        readyTimeout: READY_MS,
        keepaliveInterval: KEEPALIVE_MS, // off by default: a frozen link would hang for ever
        keepaliveCountMax: KEEPALIVES,
        ...options,
      });
    });
  } catch (error) {
    client.destroy();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', aborted);
  }
  client.setNoDelay(true); // ssh2 leaves Nagle on: 44 ms a call
  const link = new SshLink(client, address);
  try {
    await tryShell(link); // and sshd leaves it on until a first command has run
  } catch (error) {
    client.destroy();
    throw error;
  }
  return link;
}

// A login shell of another grammar, one that refuses, or one that prints on its own: each would be taken for a command's answer later.
async function tryShell(link: Link): Promise<void> {
  const first = await link.launch('echo $((6*7))');
  let said = '';
  first.stdout.on('data', (chunk) => {
    said += chunk;
  });
  first.stderr.resume();
  const { code } = await first.ended;
  await first.closed;
  if (code === 0 && said === '42\n') return;
  const found = said.replace(/42\n$/, '').trim().split('\n')[0] || `exit code ${code ?? 'none'}`;
  throw new ConnectionError(link.host, 'shell', `${link.host}: the login shell of ${link.user} does not just run commands: ${found}`, {
    next: 'give the user a POSIX shell whose start-up files print nothing when no terminal is there',
  });
}

class SshLink implements Link {
  readonly host: string;
  readonly user: string;
  lost: ConnectionError | undefined;
  readonly #client: Client;
  readonly #places = { commands: new Places(PLACES.commands), wires: new Places(PLACES.wires), urgent: new Places(PLACES.urgent) };
  readonly #gone: Promise<void>;

  constructor(client: Client, { name, user }: HostAddress) {
    this.#client = client;
    this.host = name;
    this.user = user;
    client.on('error', (error) => this.#lose(messageOf(error)));
    this.#gone = new Promise((resolve) =>
      client.once('close', () => {
        this.#lose('the connection was closed');
        resolve();
      }),
    );
  }

  async launch(line: string, { signal, lane = 'commands' }: { signal?: AbortSignal; lane?: Lane } = {}): Promise<Running> {
    const leave = await this.#places[lane].take(signal);
    try {
      const running = await this.#channel(
        (done) => this.#client.exec(line, done),
        (channel): Running => {
          const closed = this.#closedOf(channel);
          const ended = this.#endOf(channel, closed);
          return { stdin: channel, stdout: channel, stderr: channel.stderr as Readable, closed, ended, destroy: () => channel.destroy() };
        },
      );
      running.closed.then(leave);
      return running;
    } catch (error) {
      leave();
      throw (
        this.lost ?? new ConnectionError(this.host, 'shell', `${this.host}: cannot start a command: ${messageOf(error)}`, { cause: error })
      );
    }
  }

  dial(address: { readonly path: string } | { readonly host: string; readonly port: number }): Promise<Wire> {
    return this.#channel(
      (done) =>
        'path' in address
          ? this.#client.openssh_forwardOutStreamLocal(address.path, done)
          : this.#client.forwardOut('127.0.0.1', 0, address.host, address.port, done),
      (channel) => ({ stdin: channel, stdout: channel, closed: this.#closedOf(channel), destroy: () => channel.destroy() }),
    );
  }

  async close(): Promise<void> {
    this.lost ??= new ConnectionError(this.host, 'lost', `${this.host}: the connection is closed`);
    this.#client.destroy(); // not end: that waits for the other side, and after it ssh2 destroys nothing any more: a frozen link would hold us
    await this.#gone;
  }

  /**
   * `wrap` is called at once: a short command's exit and close may be in the same packet as the channel's opening. ssh2 throws where it could
   * call back, and never calls back when the link goes down while a channel is being opened.
   */
  async #channel<Wrapped>(
    opening: (done: (error: Error | undefined, channel: ClientChannel) => void) => void,
    wrap: (channel: ClientChannel) => Wrapped,
  ): Promise<Wrapped> {
    if (this.lost) throw this.lost;
    const opened = new Promise<Wrapped>((resolve, reject) => opening((error, channel) => (error ? reject(error) : resolve(wrap(channel)))));
    const lost = this.#gone.then(() => {
      throw this.lost;
    });
    lost.catch(() => {});
    return await Promise.race([opened, lost]);
  }

  #closedOf(channel: ClientChannel): Promise<void> {
    channel.on('error', () => {}); // told by `ended`, and by whoever reads the stream
    return Promise.race([new Promise<void>((resolve) => channel.once('close', () => resolve())), this.#gone]);
  }

  /** A channel that closes without an exit is a lost link, even while the client has not noticed yet. */
  #endOf(channel: ClientChannel, closed: Promise<void>): Promise<Ending> {
    const ended = new Promise<Ending>((resolve, reject) => {
      channel.once('exit', (code: number | null, signal?: string) =>
        resolve(code === null ? { signal: `SIG${signal ?? 'KILL'}`.replace('SIGSIG', 'SIG') } : { code }),
      );
      closed.then(() =>
        reject(
          this.lost ?? new ConnectionError(this.host, 'lost', `${this.host}: the link was lost; the command may still be running there`),
        ),
      );
    });
    ended.catch(() => {}); // whoever asks hears of it
    return ended;
  }

  #lose(why: string): void {
    this.lost ??= new ConnectionError(this.host, 'lost', `${this.host}: the link was lost: ${why}`, {
      next: 'what was running there may still be running; look at the host before you run again',
    });
  }
}

function readKnown(address: HostAddress): HostKey[] {
  const texts = address.knownHostsFiles.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
  const keys = texts.flatMap((text) => knownKeys(text, address.address, address.port)).filter(({ type }) => KEY_TYPES.has(type));
  if (keys.some(({ revoked }) => !revoked)) return keys;
  const scan = `ssh-keyscan -p ${address.port} ${address.address}`;
  throw new ConnectionError(
    address.name,
    'host-key',
    `${address.name}: no host key of ${where(address)} is known in ${address.knownHostsFiles.join(' or ')}`,
    {
      next: `look at it with ${scan} | ssh-keygen -lf -, compare it with the host's own, then ${scan} >> ${address.knownHostsFiles[0]}`,
    },
  );
}

/** Only the types that are known are asked for: a server offering another type first would look like a changed key. */
function hostKeyOptions(address: HostAddress, known: readonly HostKey[], offer: { refused?: ConnectionError }): Partial<ConnectConfig> {
  const types = [...new Set(known.filter(({ revoked }) => !revoked).map(({ type }) => type))];
  return {
    algorithms: { serverHostKey: types.flatMap((type) => (type === 'ssh-rsa' ? RSA : [type])) as never },
    hostVerifier: (key: Buffer): boolean => {
      const same = known.filter(({ blob }) => blob.equals(key));
      if (same.length > 0 && !same.some(({ revoked }) => revoked)) return true;
      offer.refused = changedKey(address, key, same.length > 0);
      return false;
    },
  };
}

function changedKey(address: HostAddress, key: Buffer, revoked: boolean): ConnectionError {
  const what = revoked ? 'is revoked' : 'is another one than known_hosts says';
  return new ConnectionError(
    address.name,
    'host-key',
    `${address.name}: the host key of ${where(address)} ${what}: found ${keyType(key)} ${fingerprint(key)}`,
    {
      next: revoked
        ? 'the host must get a new key'
        : `if the host was made anew: ssh-keygen -R "${known(address)}", then add its new key; if it was not, somebody is in between`,
    },
  );
}

const known = ({ address, port }: HostAddress) => (port === 22 ? address : `[${address}]:${port}`);
const where = ({ address, port }: HostAddress) => `${address}${port === 22 ? '' : ` port ${port}`}`;

function readKeys(address: HostAddress, { home }: SshContext): Buffer[] {
  if (address.privateKeyFile !== undefined) return [readKey(address, address.privateKeyFile)];
  return USUAL_KEYS.map((name) => join(home, '.ssh', name))
    .filter((file) => existsSync(file))
    .flatMap((file) => {
      const key = readFileSync(file);
      return ssh2.utils.parseKey(key) instanceof Error ? [] : [key]; // an encrypted one is the agent's business
    });
}

function readKey(address: HostAddress, file: string): Buffer {
  const say = (why: string, next?: string) =>
    new ConnectionError(address.name, 'auth', `${address.name}: cannot log in as ${address.user}: the key ${file} ${why}`, { next });
  let key: Buffer;
  try {
    key = readFileSync(file);
  } catch (error) {
    throw say(`cannot be read: ${messageOf(error)}`, 'check ansible_ssh_private_key_file, or give --private-key');
  }
  const parsed = ssh2.utils.parseKey(key);
  if (!(parsed instanceof Error)) return key;
  if (/passphrase/i.test(parsed.message)) throw say('is encrypted', `ssh-add ${file}, and leave the key out of the inventory`);
  throw say(`is none that can be used: ${parsed.message}`);
}

const noKey = (address: HostAddress) =>
  new ConnectionError(address.name, 'auth', `${address.name}: cannot log in as ${address.user}: there is neither a key nor an agent`, {
    next: 'give --private-key, set ansible_ssh_private_key_file, or start ssh-agent',
  });

const REASONS: Readonly<Record<string, readonly [ConnectionFailure, string, string]>> = {
  ENOTFOUND: ['dns', 'the name is not known', 'check ansible_host'],
  EAI_AGAIN: ['dns', 'the name cannot be looked up now', "check this machine's name service"],
  ECONNREFUSED: ['refused', 'the connection was refused', 'check that sshd runs there, and ansible_port'],
  ETIMEDOUT: ['timeout', 'there is no answer', 'check that the host is up and not behind a firewall'],
  EHOSTUNREACH: ['timeout', 'there is no way to the host', 'check the network and ansible_host'],
  ENETUNREACH: ['timeout', 'there is no way to the network', 'check the network and ansible_host'],
};

function failureOf(address: HostAddress, error: unknown): ConnectionError {
  const { code, level } = error as { code?: string; level?: string };
  const text = messageOf(error);
  const fail = (reason: ConnectionFailure, sentence: string, next: string) =>
    new ConnectionError(address.name, reason, `${address.name}: ${sentence} (${where(address)})`, { cause: error, next });
  const found = code === undefined ? undefined : REASONS[code];
  if (found) return fail(...found);
  if (level === 'client-authentication') {
    return fail(
      'auth',
      `cannot log in as ${address.user}: no key or password was accepted`,
      'check ansible_user and the key; ssh -v tells which keys are offered',
    );
  }
  if (level === 'client-timeout') return fail('timeout', `sshd did not answer within ${READY_MS / 1000} s`, 'check that the host is well');
  if (/host key|no matching/i.test(text))
    return fail('host-key', `no way to agree with sshd: ${text}`, 'the key types in known_hosts must be ones that the host has');
  return fail('lost', `the connection broke off: ${text}`, 'check the host and try again');
}
