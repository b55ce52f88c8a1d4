// The connection contract: all that the rest of the house knows of how a host is reached.
import type { Duplex } from 'node:stream';

/** How a command ended. A lost link is no end: `exec` rejects with a ConnectionError `lost`. */
export type Exit = { readonly stdout: string; readonly stderr: string } & (
  | { readonly code: number; readonly signal?: undefined }
  | { readonly signal: string; readonly code?: undefined }
);

export interface ExecOptions {
  readonly stdin?: string | Uint8Array;
  /** set for the command; handed over on standard input, so that no value is ever seen in a process list */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** ms; the command's process group is killed then, and the call rejects with a TaskError */
  readonly timeout?: number;
  /** aborting kills the command's process group and rejects with the signal's reason */
  readonly signal?: AbortSignal;
  /** each piece of output as it comes */
  readonly onOutput?: (text: string, stream: 'stdout' | 'stderr') => void;
}

/** A command that outlives the link: own process group, output and exit code in files of its directory on the host. */
export interface Detached {
  /** the directory on the host: command, pid, stdout, stderr, exit */
  readonly directory: string;
  /** undefined while it runs; rejects with a TaskError if it vanished without an exit code (host restarted, killed -9) */
  poll(): Promise<Exit | undefined>;
  /** waits for the end; output is handed on as it is found. Giving up by `signal` or `timeout` leaves the command running: `kill` ends it */
  wait(options?: Pick<ExecOptions, 'signal' | 'onOutput' | 'timeout'>): Promise<Exit>;
  /** ends the whole process group: SIGTERM, then SIGKILL after `grace` ms (5,000) */
  kill(grace?: number): Promise<void>;
}

export interface WriteOptions {
  /** octal permission bits; 0o644 where nothing is said */
  readonly mode?: number;
  /** "uid:gid" or names, as chown takes it */
  readonly owner?: string;
}

/**
 * Where a byte stream goes. A Unix socket may name a command that speaks in its place (under become) where the socket itself cannot be
 * opened: no right to it, or forwarding forbidden.
 */
export type SocketAddress =
  | { readonly path: string; readonly otherwise?: readonly string[] }
  | { readonly host: string; readonly port: number };

/** A live way to one host. Every method rejects with a ConnectionError when the link is down. */
export interface Connection {
  /** the inventory's name of the host */
  readonly host: string;
  /** who commands run as on the host after become, as given by the inventory or the step; undefined: the login user */
  readonly becomeUser: string | undefined;
  /** Runs a command; never throws for what the command answers. */
  exec(argv: readonly string[], options?: ExecOptions): Promise<Exit>;
  /** Starts a command that outlives the link, with its files in `directory` (made, mode 0700). Refuses a directory that holds one already. */
  start(argv: readonly string[], directory: string, options?: Pick<ExecOptions, 'stdin' | 'env' | 'cwd'>): Promise<Detached>;
  /** Finds a command started earlier, running or ended. undefined: none was ever started there. */
  attach(directory: string): Promise<Detached | undefined>;
  /** undefined: the file is not there. Any other reason not to read it is a TaskError. */
  readFile(path: string): Promise<Buffer | undefined>;
  /** Written aside, synced, renamed into place: a reader sees the old content or the new. */
  writeFile(path: string, content: string | Uint8Array, options?: WriteOptions): Promise<void>;
  /** A byte stream to a Unix socket or TCP port as seen from the host. A failure to open it comes as the stream's error. */
  openSocket(address: SocketAddress): Duplex;
  /** The same host with commands run as another user. Shares the link; closing either closes both. */
  become(user: string): Connection;
  close(): Promise<void>;
}
