// What several modules ask of the files of a host. LC_ALL=C throughout: the words of these programs are read by us.
import { TaskError } from '../base/errors.ts';
import type { ExecOptions, Exit } from '../connections/connection.ts';
import type { Target } from './module.ts';

/** What stands at a path, symbolic links followed. `mode` as in 644; `ids` and `names` are "user:group". */
export interface Found {
  readonly kind: 'file' | 'directory' | 'other';
  readonly bytes: number;
  readonly mode: number;
  readonly ids: string;
  readonly names: string;
}

/** undefined: nothing is there. Not being able to look is a TaskError. */
export async function findPath(target: Target, path: string): Promise<Found | undefined> {
  const exit = await execute(target, ['stat', '-L', '-c', '%s|%a|%u:%g|%U:%G|%F', '--', path]);
  if (exit.code !== 0) {
    if (/No such file or directory|Not a directory/.test(exit.stderr)) return undefined;
    throw failure(`${target.host}: cannot look at ${path}`, exit);
  }
  const [bytes, mode, ids, names, word = ''] = exit.stdout.trim().split('|') as [string, string, string, string, string?];
  const kind = word.endsWith('file') && word.startsWith('regular') ? 'file' : word === 'directory' ? 'directory' : 'other';
  return { kind, bytes: Number(bytes), mode: Number.parseInt(mode, 8), ids, names };
}

/** Lower-case hexadecimal. */
export async function hashFile(target: Target, path: string): Promise<string> {
  const { stdout } = await run(target, ['sha256sum', '--', path], `cannot read ${path}`);
  const sum = /^\\?([0-9a-f]{64})\s/.exec(stdout)?.[1]; // a backslash comes first where the name has odd characters
  if (sum === undefined) throw new TaskError(`${target.host}: sha256sum of ${path} answered "${stdout.trim()}"`);
  return sum;
}

/** Runs a command that must end with 0; anything else is a TaskError that begins with the host and `complaint`. */
export async function run(target: Target, argv: readonly string[], complaint: string, options: ExecOptions = {}): Promise<Exit> {
  const exit = await execute(target, argv, options);
  if (exit.code !== 0) throw failure(`${target.host}: ${complaint}`, exit);
  return exit;
}

function execute(target: Target, argv: readonly string[], options: ExecOptions = {}): Promise<Exit> {
  return target.connection.exec(['env', 'LC_ALL=C', ...argv], { signal: target.signal, ...options });
}

function failure(message: string, exit: Exit): TaskError {
  const last = exit.stderr.trim().split('\n').at(-1);
  return new TaskError(`${message}: ${last || `it ${howItEnded(exit)}`}`, { output: tail(exit) });
}

/** "ended with exit 2" or "was killed by SIGKILL". */
export function howItEnded(exit: Exit): string {
  return exit.signal === undefined ? `ended with exit ${exit.code}` : `was killed by ${exit.signal}`;
}

/** The last lines of what a command complained of, or of what it said where it did not complain; undefined where it was silent. */
export function tail(exit: Pick<Exit, 'stdout' | 'stderr'>): string | undefined {
  const said = exit.stderr.trim() || exit.stdout.trim();
  return said === '' ? undefined : said.split('\n').slice(-20).join('\n').slice(-4000);
}
