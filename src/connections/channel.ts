// A stream inside a link, as the net.Socket that node:http expects, and the agent that makes requests ride on such streams.
import http from 'node:http';
import { Duplex } from 'node:stream';
import { inspect } from 'node:util';
import type { ConnectionError } from '../base/errors.ts';
import type { Wire } from './link.ts';
import { ANNOUNCEMENT } from './shell.ts';

export interface Opening {
  open(): Promise<Wire>;
  /** why the link is down; undefined while it is up */
  lost(): ConnectionError | undefined;
}

type Done = (error?: Error | null) => void;

/** It exists before its wire does, so that an agent counts it: one that calls back later makes maxSockets meaningless. */
export class ChannelSocket extends Duplex {
  readonly #opening: Opening;
  #wire: Wire | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wait = 0;
  #written: Done | undefined;
  #received = false;
  #complaint = '';

  constructor(opening: Opening) {
    super({ allowHalfOpen: false });
    this.#opening = opening;
  }

  override _construct(done: Done): void {
    this.#opening.open().then((wire) => this.#opened(wire, done), done);
  }

  #opened(wire: Wire, done: Done): void {
    if (this.destroyed) wire.destroy();
    this.#wire = wire;
    wire.stdin.on('error', (error) => this.#written?.(error));
    wire.stdout.on('error', (error) => this.destroy(error));
    wire.stderr?.on('data', (chunk) => {
      this.#complaint = (this.#complaint + chunk).slice(-500); // unread, it would fill the window
    });
    wire.stdout.on('data', (chunk) => {
      this.#received = true;
      this.#touch();
      if (!this.push(chunk)) wire.stdout.pause();
    });
    // The other side's end must end this side too, or the agent keeps it as a good connection. A command may still say why it ends.
    wire.stdout.once('end', () => {
      if (!this.#opening.lost() && (!wire.stderr || this.#received)) this.push(null);
    });
    wire.closed.then(() => this.#closed());
    done();
    this.emit('connect');
  }

  #closed(): void {
    const lost = this.#opening.lost();
    const complaint = this.#complaint.replace(ANNOUNCEMENT, '').trim();
    if (lost) return void this.destroy(lost); // without it a request would read a lost link as a peer that hung up
    if (!this.#received && complaint) return void this.destroy(new Error(complaint));
    if (!this.readableEnded && !this.destroyed) this.push(null);
    this.#written?.(Object.assign(new Error('the stream was closed'), { code: 'ECONNRESET' })); // ssh2 never calls back a write on a closed channel
  }

  override _read(): void {
    this.#wire?.stdout.resume();
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, done: Done): void {
    this.#touch();
    this.#written = (error) => {
      this.#written = undefined;
      done(error);
    };
    this.#wire?.stdin.write(chunk, () => this.#written?.());
  }

  override _final(done: Done): void {
    this.#wire?.stdin.end();
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    clearTimeout(this.#timer);
    this.#wire?.destroy();
    done(error);
  }

  #touch(): void {
    clearTimeout(this.#timer);
    if (this.#wait > 0) this.#timer = setTimeout(() => this.emit('timeout'), this.#wait);
  }

  /** ms without traffic until `timeout` is emitted. node:http asks for it, and takes its listener off with 0. */
  setTimeout(ms: number, listener?: () => void): this {
    this.#wait = ms;
    if (listener && ms > 0) this.once('timeout', listener);
    else if (listener) this.removeListener('timeout', listener);
    this.#touch();
    return this;
  }

  // The rest of what node:http calls on a socket; the link itself has no delay and is kept alive.
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  destroySoon(): void {
    this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }
}

/** Requests over streams that `open` makes, kept alive between requests. Aborting the signal fails them all. */
export class ChannelAgent extends http.Agent {
  readonly #open: () => Duplex;
  readonly #signal: AbortSignal | undefined;

  constructor(open: () => Duplex, signal?: AbortSignal) {
    super({ keepAlive: true, maxSockets: 16, maxFreeSockets: 4 });
    this.#open = open;
    this.#signal = signal;
  }

  override createConnection(): Duplex {
    const socket = this.#open();
    const abort = (): void => void socket.destroy(abortError(this.#signal));
    if (this.#signal?.aborted) abort();
    this.#signal?.addEventListener('abort', abort, { once: true });
    socket.once('close', () => this.#signal?.removeEventListener('abort', abort));
    return socket;
  }

  /** docker-modem inspects its options to any depth for every request: 25 ms instead of 500 for 40 calls. */
  [inspect.custom](): string {
    return 'ChannelAgent';
  }
}

const abortError = (signal?: AbortSignal): Error => (signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
