// Commands on the host that must succeed, and the one way a directory gets another name.
import { TaskError } from '../base/errors.ts';
import type { Connection, ExecOptions, Exit } from '../connections/connection.ts';

/** Runs a command and gives its standard output; throws a TaskError that begins with `what` if it does not end with 0. */
export async function succeed(connection: Connection, what: string, argv: readonly string[], options: ExecOptions = {}): Promise<string> {
  const exit = await connection.exec(argv, options);
  if (exit.code === 0) return exit.stdout;
  throw new TaskError(`${what}: ${reasonOf(exit)}`, { output: exit.stderr });
}

/** How a command failed, in one line: the last thing it said, or how it ended. */
export function reasonOf(exit: Exit): string {
  const last = exit.stderr.trim().split('\n').at(-1);
  return last || (exit.code === undefined ? `ended by signal ${exit.signal}` : `exit ${exit.code}`);
}

/** `mv -n` alone says nothing and ends with 0 when the destination is there: so both ends are looked at. Both names survive a power cut. */
const RENAME = `set -eu
if [ -e "$2" ] || [ -L "$2" ]; then echo "$2 is there already" >&2; exit 1; fi
mv -T -n -- "$1" "$2"
if [ -e "$1" ] || [ -L "$1" ]; then echo "$2 appeared meanwhile" >&2; exit 1; fi
sync -f "$(dirname -- "$2")" 2>/dev/null || sync`;

/** Renames a directory or link; never replaces anything. */
export async function rename(connection: Connection, from: string, to: string): Promise<void> {
  await succeed(connection, `cannot rename ${from} to ${to}`, ['sh', '-c', RENAME, 'rename', from, to]);
}
