// A program on the runner's own machine, run without a shell for what it prints: inventories, and secrets that a program knows.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface ProgramOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** ms */
  readonly timeout: number;
  /** aborting ends it and rejects with the signal's reason */
  readonly signal?: AbortSignal;
}

/** What it printed, or as the rest of a sentence about it why that does not count, with what it said on stderr. */
export type ProgramEnd = { readonly output: string } | { readonly fault: string; readonly stderr: string };

/** Bytes of stdout after which a program is ended, and of stderr that are kept. */
const MOST = 64 * 2 ** 20;
const MOST_STDERR = 2 ** 16;

/** It gets no input. Only an exit code of 0 makes what it printed count. */
export async function runProgram(argv: readonly string[], { cwd, env, timeout, signal }: ProgramOptions): Promise<ProgramEnd> {
  signal?.throwIfAborted();
  const child = start(argv, { cwd, env });
  if (child === undefined) return { fault: 'cannot be started: no program has such a name or such arguments', stderr: '' };
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const stdout = gather(child.stdout, MOST, () => resolve(`printed more than ${MOST / 2 ** 20} MiB and was stopped`));
  const stderr = gather(child.stderr, MOST_STDERR, () => {});
  child.once('error', (error: NodeJS.ErrnoException) => resolve(`cannot be started: ${error.code ?? error.message}`));
  child.once('close', (code, killer) => resolve(faultOf(code, killer)));
  const aborted = () => resolve('was stopped');
  signal?.addEventListener('abort', aborted, { once: true });
  const timer = setTimeout(() => resolve(`did not end within ${timeout / 1_000} s and was stopped`), timeout);
  const fault = await promise;
  clearTimeout(timer);
  signal?.removeEventListener('abort', aborted);
  letGo(child);
  signal?.throwIfAborted();
  return fault === undefined ? { output: stdout() } : { fault, stderr: stderr() };
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** undefined: an empty name, or a character that no system takes. */
function start([file = '', ...args]: readonly string[], { cwd, env }: Pick<ProgramOptions, 'cwd' | 'env'>): Child | undefined {
  try {
    return spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_INVALID_ARG_VALUE') return undefined;
    throw error;
  }
}

function faultOf(code: number | null, killer: NodeJS.Signals | null): string | undefined {
  if (code === 0) return undefined;
  return killer === null ? `ended with ${code}` : `was ended by ${killer}`;
}

/** What it started itself may go on and hold the pipes: nobody waits for it. */
function letGo(child: Child): void {
  child.kill('SIGKILL');
  for (const stream of [child.stdout, child.stderr]) stream.destroy();
}

/** Gives the text when it is asked for. What comes after `most` bytes is dropped, and told once. */
function gather(stream: Readable, most: number, overflow: () => void): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= most) chunks.push(chunk);
    else overflow();
  });
  return () => Buffer.concat(chunks).toString('utf8');
}
