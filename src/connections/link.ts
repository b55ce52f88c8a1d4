// What ssh and local each give; all that a host's connection does besides (become, files, detached commands) is built on it once.
import type { Readable, Writable } from 'node:stream';
import type { ConnectionError } from '../base/errors.ts';

/** A byte stream that is open. `closed` resolves when nothing more will come, for whatever reason. */
export interface Wire {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr?: Readable;
  readonly closed: Promise<unknown>;
  destroy(): void;
}

export type Ending = { readonly code: number; readonly signal?: undefined } | { readonly signal: string; readonly code?: undefined };

/** A command that runs. `ended` rejects with a ConnectionError `lost` when its end will never be known. */
export interface Running extends Wire {
  readonly stderr: Readable;
  readonly ended: Promise<Ending>;
}

/** commands: the usual. wires: commands that stand in for sockets, and stay. urgent: must not wait (it ends another one). */
export type Lane = 'commands' | 'wires' | 'urgent';

export interface Link {
  readonly host: string;
  /** the login user */
  readonly user: string;
  /** why the link is down; undefined while it is up */
  readonly lost: ConnectionError | undefined;
  /** Gives a line to the login shell, in a process group of its own. Rejects with the signal's reason while it waits for its turn. */
  launch(line: string, options?: { readonly signal?: AbortSignal; readonly lane?: Lane }): Promise<Running>;
  /** Rejects with the system's or the server's own error. */
  dial(address: { readonly path: string } | { readonly host: string; readonly port: number }): Promise<Wire>;
  close(): Promise<void>;
}

/** At most so many at once; the others wait their turn. */
export class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  constructor(count: number) {
    this.#free = count;
  }

  /** The function to give the place back with; safe to call twice. Rejects with the signal's reason while it waits. */
  async take(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#turn(signal);
    let taken = true;
    return () => {
      if (taken) this.#pass();
      taken = false;
    };
  }

  #turn(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const called = (): void => {
        signal?.removeEventListener('abort', aborted);
        resolve();
      };
      const aborted = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(called), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', aborted, { once: true });
      this.#waiting.push(called);
    });
  }

  #pass(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}
