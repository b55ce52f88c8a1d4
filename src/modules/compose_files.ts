// Compose files set aside and put in place. Nothing is ever overwritten or deleted: a name that is taken is a failure.
import { posix } from 'node:path';
import { TaskError } from '../base/errors.ts';
import type { Target } from './module.ts';

/** Renames within a directory; throws a TaskError when the new name is taken or the old one is not there. */
export async function setAside(from: string, to: string, target: Target): Promise<void> {
  const script = 'if [ -e "$2" ] || [ -L "$2" ]; then echo "$2 is there already" >&2; exit 1; fi; mv -n -- "$1" "$2" && [ ! -e "$1" ]';
  const exit = await target.connection.exec(['sh', '-c', script, 'sh', from, to]);
  if (exit.code === 0) return;
  throw new TaskError(
    `${target.host}: cannot rename ${from} to ${posix.basename(to)}: ${exit.stderr.trim() || 'the old name is still there'}`,
    {
      state: `${from} is where it was`,
      next: `see ls -la ${posix.dirname(from)} on ${target.host}`,
    },
  );
}

/** Files of the same name that `absent` with `park` has set aside, the oldest first: their stamps sort by time. */
export async function findParked(file: string, target: Target): Promise<string[]> {
  const script =
    'd=$(dirname "$1"); [ ! -d "$d" ] || ls "$d" > /dev/null || exit 1; for f in "$1".parked-*; do [ -e "$f" ] && echo "$f"; done; exit 0';
  const { code, stdout, stderr } = await target.connection.exec(['sh', '-c', script, 'sh', file]);
  if (code !== 0) {
    throw new TaskError(`${target.host}: cannot look for parked compose files: ${stderr.trim()}`, {
      next: 'set ansible_become for this host',
    });
  }
  return stdout.split('\n').filter(Boolean).sort();
}

export async function madeDirectory(path: string, target: Target): Promise<void> {
  const exit = await target.connection.exec(['mkdir', '-p', '-m', '0700', '--', path]);
  if (exit.code !== 0)
    throw new TaskError(`${target.host}: cannot make the directory ${path}: ${exit.stderr.trim()}`, {
      next: 'set ansible_become for this host',
    });
}

export async function removeFile(path: string, target: Target): Promise<void> {
  const exit = await target.connection.exec(['rm', '-f', '--', path]);
  if (exit.code !== 0) throw new TaskError(`${target.host}: cannot remove ${path}: ${exit.stderr.trim()}`);
}
