// A stopped data directory for the old server to open, so that the original is never opened: segment files, which Lucene never rewrites,
// are hard links; everything that is written in place (translog, states, checkpoints, segments_N) is a real copy; locks are left out.
import { posix } from 'node:path';
import { Refusal, TaskError } from '../base/errors.ts';
import type { Connection } from '../connections/connection.ts';
import { reasonOf, succeed } from './shell.ts';

const PREFIX = '.switchyard-clone-';

/**
 * Everything is linked first; then the links to what is no plain segment file are taken away and copied from the source instead. The
 * second `find` walks the source, which nobody changes meanwhile. Code 3: the file system makes no hard links.
 */
const CLONE = `set -eu
export LC_ALL=C
if [ -e "$2" ]; then echo "$2 is there already" >&2; exit 1; fi
if ! cp -al -- "$1" "$2"; then rm -rf -- "$2"; exit 3; fi
own='( -type f ( ! -path */indices/*/index/* -o -name segments_* -o -name pending_segments_* -o -name write.lock ) )'
set -f
cd -- "$2"
find . $own -delete
cd -- "$1"
find . $own ! -name node.lock ! -name write.lock -exec cp -p --parents -t "$2" -- {} +
cd -- "$2"
find . -type f | wc -l`;

/** Where the clone of a run is: beside the (real) source, as hard links need one file system. */
export function clonePath(source: string, run: string): string {
  return posix.join(posix.dirname(source), `${PREFIX}${run}`);
}

/** Makes the clone; gives the number of its files. Throws a Refusal where hard links cannot be made; nothing is left behind then. */
export async function makeClone(connection: Connection, source: string, clone: string, signal?: AbortSignal): Promise<number> {
  const exit = await connection.exec(['sh', '-c', CLONE, 'clone', source, clone], { signal });
  if (exit.code === 0) return Number(exit.stdout.trim());
  if (exit.code === 3) {
    throw new Refusal(`${source} cannot be cloned by hard links: ${reasonOf(exit)}`, {
      state: 'nothing was changed',
      next: 'set allow_open_original: true to have Elasticsearch 5 open the original (make a backup of it first)',
    });
  }
  throw new TaskError(`cannot clone ${source} to ${clone}: ${reasonOf(exit)}`, { output: exit.stderr });
}

/** Removes the clones beside this source that this or an earlier run left. The original has its own names for every file. */
export async function removeClones(connection: Connection, source: string): Promise<void> {
  const parent = posix.dirname(source);
  const argv = ['find', parent, '-maxdepth', '1', '-type', 'd', '-name', `${PREFIX}*`, '-exec', 'rm', '-rf', '--', '{}', '+'];
  await succeed(connection, `cannot remove the clones in ${parent}`, argv);
}
