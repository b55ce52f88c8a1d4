// Running programs: the one place of the lab that starts processes.
import { spawn } from 'node:child_process';
import { LabError } from './errors.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly seconds?: number;
}

/** Runs a program to its end and returns what it printed; a program that is not there, or takes too long, has code 127 or 124. */
export function tryRun(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(argv[0]!, argv.slice(1), {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const timer = options.seconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), options.seconds * 1000);
    child.stdout!.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr!.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (error) => resolve({ code: 127, stdout: '', stderr: error.message }));
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 124, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
    if (child.stdin) {
      // a program that ends before it has read everything says why on stderr; the broken pipe says nothing more
      child.stdin.on('error', () => {});
      child.stdin.end(options.input);
    }
  });
}

/** As tryRun, but any code other than 0 is an error that shows the program's last lines. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await tryRun(argv, options);
  if (code === 0) return stdout;
  const found = (stderr.trim() || stdout.trim()).split('\n').slice(-15).join('\n  ');
  const ended = code === 124 && options.seconds !== undefined ? `took longer than ${options.seconds} s` : `ended with ${code}`;
  throw new LabError(`${argv.slice(0, 6).join(' ')}${argv.length > 6 ? ' …' : ''} ${ended}\n  ${found}`);
}

export async function isInstalled(program: string): Promise<boolean> {
  return (await tryRun(['sh', '-c', `command -v ${program}`])).code === 0;
}
