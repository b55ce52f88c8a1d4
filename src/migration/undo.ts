// Back to before the migration: the source gets its name again, the copy is set aside. Nothing is deleted.
import { TaskError } from '../base/errors.ts';
import type { Connection } from '../connections/connection.ts';
import { openDocker } from '../connections/docker.ts';
import { recordPath } from './record.ts';
import { rename, succeed } from './shell.ts';

/** Throws a TaskError while a running container has the target mounted: it would go on writing into it. */
export async function undoMigration(
  connection: Connection,
  names: { readonly source: string; readonly target: string; readonly renamed: string; readonly stamp: string },
): Promise<void> {
  const { source, target, renamed, stamp } = names;
  for (const { Names, Mounts } of await openDocker(connection).listContainers()) {
    if (!Mounts.some(({ Source }) => Source === target || Source?.startsWith(`${target}/`))) continue;
    throw new TaskError(`${target} is in use by the running container ${Names[0]?.replace('/', '')}`, {
      next: 'stop the new server first; documents written to it since are in that directory alone',
    });
  }
  await rename(connection, renamed, source);
  await rename(connection, target, `${target}.undone_${stamp}`);
  await succeed(connection, `cannot remove ${recordPath(target)}`, ['rm', '-f', '--', recordPath(target)]);
}
