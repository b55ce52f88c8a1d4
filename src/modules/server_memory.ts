// What a stopped server's containers knew that is in none of its files, from the record that the run made of them before it stopped them.
import { posix } from 'node:path';
import { messageOf, TaskError } from '../base/errors.ts';
import { readOpenVariables, readSnapshot, valuesFor } from './compose_environment.ts';
import type { ComposeProject } from './compose_project.ts';
import type { Target } from './module.ts';
import { listNames } from './server_migration.ts';

export interface OldMemory {
  /** the compose project's name */
  readonly project: string;
  /** variables that compose would have to be given to start the server as it was, as a sentence; '' for none. Values are not told */
  readonly unset: string;
}

/** undefined: the run of that stamp has left no record. `project` names the files that are in force, the parked one among them. */
export async function readOldMemory(project: ComposeProject, stamp: string, target: Target): Promise<OldMemory | undefined> {
  const runs = posix.join(project.directory, '.switchyard/runs');
  const run = ((await listNames(runs, target)) ?? []).find((name) => name.startsWith(`${stamp}-`));
  const path = posix.join(runs, run ?? '', 'containers.json');
  if (run === undefined || (await target.connection.readFile(path)) === undefined) return undefined;
  const snapshot = await readSnapshot(path, target);
  const dotenv = (await target.connection.readFile(posix.join(project.directory, '.env')))?.toString() ?? '';
  const open = await readOpenVariables(project.files, target);
  return { project: snapshot.project, unset: unsetText(() => valuesFor(open, snapshot, dotenv), path) };
}

function unsetText(values: () => ReadonlyMap<string, string>, path: string): string {
  try {
    const names = [...values().keys()];
    return names.length === 0
      ? ''
      : `before compose up, export ${names.join(', ')}: in no file, but the old containers had them (see ${path})`;
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    return `${messageOf(error)} (see ${path})`;
  }
}
