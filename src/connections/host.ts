// The one implementation of the connection contract, over any link: what ssh and local have in common is here, so they cannot differ.
import type { Duplex } from 'node:stream';
import { getSystemErrorMessage } from 'node:util';
import { ConnectionError, messageOf, TaskError } from '../base/errors.ts';
import { ChannelSocket } from './channel.ts';
import type { Connection, Detached, ExecOptions, Exit, SocketAddress, WriteOptions } from './connection.ts';
import { attachDetached, startDetached } from './detached.ts';
import { admit, execute, type RawExit } from './execute.ts';
import { type Runner, readFile, writeFile } from './files.ts';
import type { Link, Wire } from './link.ts';
import { type Become, wrap } from './shell.ts';

/** `user`: who commands run as (undefined: the login user); `password`: sudo's, for whichever user. */
export interface HostOptions {
  readonly user?: string;
  readonly password?: string;
}

export class HostConnection implements Connection, Runner {
  readonly host: string;
  readonly becomeUser: string | undefined;
  readonly #link: Link;
  readonly #password: string | undefined;
  readonly #admitted: Map<string, Promise<void>>;

  constructor(link: Link, { user, password }: HostOptions = {}, admitted: Map<string, Promise<void>> = new Map()) {
    this.#admitted = admitted;
    this.#link = link;
    this.#password = password;
    this.host = link.host;
    this.becomeUser = user;
  }

  /** As exec, byte for byte. */
  async run(argv: readonly string[], options: ExecOptions = {}): Promise<RawExit> {
    await this.#admission();
    return await execute(this.#link, argv, { ...options, become: this.#become });
  }

  async exec(argv: readonly string[], options?: ExecOptions): Promise<Exit> {
    const exit = await this.run(argv, options);
    return { ...exit, stdout: exit.stdout.toString(), stderr: exit.stderr.toString() };
  }

  start(argv: readonly string[], directory: string, options?: Pick<ExecOptions, 'stdin' | 'env' | 'cwd'>): Promise<Detached> {
    return startDetached(this, argv, { ...options, directory });
  }

  attach(directory: string): Promise<Detached | undefined> {
    return attachDetached(this, directory);
  }

  readFile(path: string): Promise<Buffer | undefined> {
    return readFile(this, path);
  }

  writeFile(path: string, content: string | Uint8Array, options?: WriteOptions): Promise<void> {
    return writeFile(this, path, { ...options, content });
  }

  openSocket(address: SocketAddress): Duplex {
    return new ChannelSocket({ open: () => this.#dial(address), lost: () => this.#link.lost });
  }

  become(user: string): Connection {
    return new HostConnection(this.#link, { user, password: this.#password }, this.#admitted);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  get #become(): Become | undefined {
    if (this.becomeUser === undefined || this.becomeUser === this.#link.user) return undefined; // no sudo needed, and perhaps none there
    return { user: this.becomeUser, password: this.#password };
  }

  // Once a link and user; a no holds as well: each further try would be a failed login on the host, and may lock the account.
  async #admission(): Promise<void> {
    const become = this.#become;
    if (become?.password === undefined) return;
    const asked = this.#admitted.get(become.user) ?? admit(this.#link, become);
    this.#admitted.set(become.user, asked);
    await asked;
  }

  async #dial(address: SocketAddress): Promise<Wire> {
    try {
      return await this.#link.dial(address);
    } catch (error) {
      if ('path' in address && address.otherwise && !(error instanceof ConnectionError)) return await this.#speak(address.otherwise);
      if (error instanceof ConnectionError) throw error;
      const where = 'path' in address ? address.path : `${address.host}:${address.port}`;
      throw new TaskError(`${this.host}: cannot open ${where}: ${reasonOf(error)}`, { cause: error });
    }
  }

  async #speak(argv: readonly string[]): Promise<Wire> {
    await this.#admission();
    const { line, preamble } = wrap(argv, { become: this.#become });
    const running = await this.#link.launch(line, { lane: 'wires' });
    running.ended.catch(() => {}); // a lost link is the stream's error
    running.stdin.write(preamble);
    return running;
  }
}

// "connect ECONNREFUSED 127.0.0.1:9" here and "(SSH) Channel open failure: Connection refused" there are one reason.
function reasonOf(error: unknown): string {
  const number = (error as NodeJS.ErrnoException).errno;
  if (typeof number === 'number') return getSystemErrorMessage(number);
  return messageOf(error)
    .replace(/^\(SSH\) Channel open failure: /, '')
    .toLowerCase();
}
