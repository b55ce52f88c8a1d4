// The link to the machine the runner itself runs on: processes and sockets, in the shape ssh gives them.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { ConnectionError } from '../base/errors.ts';
import { type Ending, type Lane, type Link, Places, type Running, type Wire } from './link.ts';

/** As many commands at once as over ssh: a playbook must not behave otherwise here. */
const PLACES: Readonly<Record<Lane, number>> = { commands: 8, wires: 4, urgent: 8 };

export interface LocalOptions {
  /** who the runner runs as */
  readonly user: string;
  /** commands inherit it, but for what would make them speak to another Docker than this machine's */
  readonly environment: NodeJS.ProcessEnv;
}

export class LocalLink implements Link {
  readonly host: string;
  readonly user: string;
  lost: ConnectionError | undefined;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #open = new Set<{ close(): void }>();
  readonly #places = { commands: new Places(PLACES.commands), wires: new Places(PLACES.wires), urgent: new Places(PLACES.urgent) };

  constructor(host: string, { user, environment }: LocalOptions) {
    this.host = host;
    this.user = user;
    this.#environment = Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(DOCKER|COMPOSE)_/.test(name)));
  }

  async launch(line: string, { signal, lane = 'commands' }: { signal?: AbortSignal; lane?: Lane } = {}): Promise<Running> {
    const leave = await this.#places[lane].take(signal);
    if (this.lost) {
      leave();
      throw this.lost;
    }
    const child = spawn('/bin/sh', ['-c', line], { detached: true, env: this.#environment });
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
    closed.then(leave);
    return {
      stdin: child.stdin,
      stdout: child.stdout,
      stderr: child.stderr,
      closed,
      ended: this.#ending(child),
      destroy: () => release(child),
    };
  }

  async dial(address: { path: string } | { host: string; port: number }): Promise<Wire> {
    if (this.lost) throw this.lost;
    const socket = connect('path' in address ? { path: address.path } : { host: address.host, port: address.port });
    const entry = { close: (): void => void socket.destroy() };
    this.#open.add(entry);
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    closed.then(() => this.#open.delete(entry));
    await once(socket, 'connect');
    socket.setNoDelay(true);
    return { stdin: socket, stdout: socket, closed, destroy: entry.close };
  }

  async close(): Promise<void> {
    this.lost ??= new ConnectionError(this.host, 'lost', `${this.host}: the connection is closed`);
    for (const entry of this.#open) entry.close();
  }

  #ending(child: ChildProcessWithoutNullStreams): Promise<Ending> {
    return new Promise((resolve, reject) => {
      const entry = {
        close: (): void => {
          reject(this.lost);
          release(child);
        },
      };
      this.#open.add(entry);
      child.once('error', (cause) =>
        reject(new ConnectionError(this.host, 'shell', `${this.host}: cannot start a shell: ${cause.message}`, { cause })),
      );
      child.once('close', (code, signal) => {
        this.#open.delete(entry);
        resolve(signal === null ? { code: code ?? 0 } : { signal });
      });
    });
  }
}

// Lets go of a child without ending it, as a closed channel does.
function release(child: ChildProcessWithoutNullStreams): void {
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  child.unref();
}
