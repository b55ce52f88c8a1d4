// One command from start to end over a link: its input, its output, its deadline, and its process group when it must stop.
import { setMaxListeners } from 'node:events';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionError, TaskError } from '../base/errors.ts';
import type { ExecOptions } from './connection.ts';
import type { Ending, Link, Running } from './link.ts';
import { ANNOUNCEMENT, admission, type Become, killArgv, wrap } from './shell.ts';

/** How a command ended, byte for byte. */
export type RawExit = Ending & { readonly stdout: Buffer; readonly stderr: Buffer };

/** ms a command gets between SIGTERM and SIGKILL when it is stopped, and ms its end is waited for after that. */
const GRACE = 2_000;
const FAREWELL = 1_000;

/** As Connection.exec, with bytes for an answer and `become` told. */
export async function execute(link: Link, argv: readonly string[], options: ExecOptions & { readonly become?: Become }): Promise<RawExit> {
  const { line, preamble } = wrap(argv, options);
  const stop = stopOf(link, argv, options);
  try {
    const launched = link.launch(line, { signal: stop.signal });
    const running = await Promise.race([launched, stop.requested]);
    if (!running) return await giveUp(link, launched, { become: options.become, reason: stop.signal.reason });
    const output = new Output(running, options);
    running.stdin.on('error', () => {}); // a command that ends without reading is no fault of ours
    running.stdin.write(preamble);
    running.stdin.end(options.stdin);
    const ending = await Promise.race([output.ending, stop.requested]);
    if (!ending) return await stopRunning(link, running, { output, become: options.become, reason: stop.signal.reason });
    output.requireStarted(link.host, options.become);
    return { ...ending, stdout: output.stdout, stderr: output.stderr };
  } finally {
    stop.dispose();
  }
}

/** Rejects with a TaskError where sudo does not take the password. */
export async function admit(link: Link, become: Become): Promise<void> {
  const { line, preamble } = admission(become);
  const running = await link.launch(line);
  const output = new Output(running, {});
  running.stdin.on('error', () => {});
  running.stdin.end(preamble);
  await output.ending;
  output.requireStarted(link.host, become);
}

interface Stop {
  readonly signal: AbortSignal;
  /** resolves when the command must stop; never otherwise */
  readonly requested: Promise<undefined>;
  dispose(): void;
}

// The deadline and the caller's signal as one.
function stopOf(link: Link, argv: readonly string[], { timeout, signal }: ExecOptions): Stop {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const aborted = (): void => controller.abort(signal?.reason);
  const late = (): void =>
    controller.abort(new TaskError(`${link.host}: ${argv[0]} did not end within ${(timeout ?? 0) / 1_000} s and was stopped`));
  const timer = timeout === undefined ? undefined : setTimeout(late, timeout);
  if (signal) setMaxListeners(0, signal); // one signal serves all commands of a run
  signal?.addEventListener('abort', aborted, { once: true });
  return {
    signal: controller.signal,
    requested: new Promise((resolve) => controller.signal.addEventListener('abort', () => resolve(undefined), { once: true })),
    dispose: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    },
  };
}

interface Stopping {
  readonly output: Output;
  readonly become: Become | undefined;
  readonly reason: unknown;
}

// Closing a channel ends nothing on the host: the process group is ended by another command, as the same user.
async function stopRunning(link: Link, running: Running, { output, become, reason }: Stopping): Promise<never> {
  output.ending.catch(() => {});
  const pid = await Promise.race([output.pid, sleep(GRACE)]);
  if (pid !== undefined && !link.lost) await Promise.race([kill(link, pid, become), sleep(GRACE + FAREWELL)]);
  await Promise.race([running.closed, sleep(FAREWELL)]);
  running.destroy();
  if (link.lost) throw link.lost;
  if (reason instanceof TaskError) throw new TaskError(reason.message, { ...reason.detail, output: tail(output) });
  throw reason;
}

async function kill(link: Link, pid: number, become: Become | undefined): Promise<void> {
  const { line, preamble } = wrap(killArgv(pid, GRACE), { become });
  const killer = await link.launch(line, { lane: 'urgent' });
  killer.stdin.on('error', () => {});
  killer.stdin.end(preamble);
  await new Output(killer, {}).ending.catch(() => {}); // a lost link is told by the command that was to be stopped
}

// The command is not even open yet, and on a frozen link it may take long to be: should it open after all, it is ended behind the caller's back.
async function giveUp(link: Link, launched: Promise<Running>, { become, reason }: Omit<Stopping, 'output'>): Promise<never> {
  const late = launched.then((running) => stopRunning(link, running, { output: new Output(running, {}), become, reason }));
  late.catch(() => {});
  throw link.lost ?? reason;
}

const tail = ({ stdout, stderr }: Output): string => `${stdout.subarray(-2_000)}${stderr.subarray(-2_000)}`.trim();

// What a command says, without the line that tells its process id.
class Output {
  /** undefined: it ended without having told */
  readonly pid: Promise<number | undefined>;
  /** after the last byte of output */
  readonly ending: Promise<Ending>;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  #begun = false;
  #tell: (pid: number | undefined) => void = () => {};

  constructor(running: Running, { onOutput }: ExecOptions) {
    this.pid = new Promise((resolve) => {
      this.#tell = resolve;
    });
    const hand = (stream: 'stdout' | 'stderr'): ((chunk: Buffer) => void) => {
      const decoder = new StringDecoder('utf8');
      return (chunk) => {
        const text = onOutput && decoder.write(chunk);
        if (text) onOutput(text, stream);
      };
    };
    const [handOut, handError] = [hand('stdout'), hand('stderr')];
    running.stdout.on('data', (chunk: Buffer) => {
      this.#stdout.push(chunk);
      handOut(chunk);
    });
    running.stderr.on('data', (chunk: Buffer) => {
      const rest = this.#begun ? chunk : this.#begin(chunk);
      if (rest) this.#stderr.push(rest);
      if (rest?.length) handError(rest);
    });
    this.ending = Promise.all([running.ended, over(running.stdout), over(running.stderr)]).then(([ending]) => ending);
    running.closed.then(() => this.#tell(undefined));
  }

  get stdout(): Buffer {
    return Buffer.concat(this.#stdout);
  }
  get stderr(): Buffer {
    return Buffer.concat(this.#stderr);
  }

  /** No announcement: what ended was not the command, but sudo or the login shell before it. */
  requireStarted(host: string, become: Become | undefined): void {
    if (this.#begun) return;
    const said = `${this.stderr}${this.stdout}`.trim().split('\n').at(-1) || 'nothing was said';
    if (!become) throw new ConnectionError(host, 'shell', `${host}: the login shell did not run the command: ${said}`);
    throw new TaskError(`${host}: cannot become ${become.user}: ${said.replace(/^sudo: /, '')}`, {
      next:
        become.password === undefined
          ? 'allow it without a password in sudoers, or give the password (-K)'
          : 'check the password given for sudo',
    });
  }

  // Holds back what came so far until the announcement is whole.
  #begin(chunk: Buffer): Buffer | undefined {
    const said = Buffer.concat([...this.#stderr, chunk]).toString('latin1'); // a character a byte: nothing is lost on the way back
    this.#stderr.length = 0;
    const found = ANNOUNCEMENT.exec(said);
    this.#begun = found !== null;
    if (!found) {
      this.#stderr.push(Buffer.from(said, 'latin1'));
      return undefined;
    }
    this.#tell(Number(found[1]));
    return Buffer.from(
      said.replace(ANNOUNCEMENT, (all) => (all.startsWith('\n') ? '\n' : '')),
      'latin1',
    );
  }
}

const over = (stream: Readable): Promise<void> =>
  new Promise((resolve) => {
    if (stream.readableEnded || stream.destroyed) resolve();
    stream.once('end', resolve).once('close', resolve).once('error', resolve);
  });
