// What the engine remembers on the host of a target it fills, in a file beside it: whose data it is and how far it came. A target
// without this record is somebody else's and is not touched.
import { posix } from 'node:path';
import { messageOf, TaskError } from '../base/errors.ts';
import type { Connection } from '../connections/connection.ts';
import type { Certificate } from './proof.ts';

/** What a finished migration tells; kept in the record, so that a later look tells the same. */
export interface Migrated {
  readonly documents: number;
  readonly indices: readonly { readonly index: string; readonly documents: number }[];
  /** indices of Elasticsearch's own that were not copied */
  readonly skipped: readonly string[];
  readonly certificate: Certificate;
  readonly renamed_to: string;
  /** the log's path on the host */
  readonly log: string;
  /** how long each part took */
  readonly seconds: { readonly clone: number; readonly pair: number; readonly copy: number; readonly proof: number };
}

/** filling: the copy is not whole; proven: it is, the source still bears its name or is being renamed; complete: renamed. */
export type MigrationRecord = { readonly run: string; readonly source: string } & (
  | { readonly state: 'filling' }
  | { readonly state: 'proven' | 'complete'; readonly migrated: Migrated }
);

/** Where the record of a target directory is. */
export function recordPath(target: string): string {
  return posix.join(posix.dirname(target), `.switchyard-${posix.basename(target)}.json`);
}

/** The target directory whose record this file is; undefined: it is none. */
export function recordTarget(path: string): string | undefined {
  const name = /^\.switchyard-(.+)\.json$/.exec(posix.basename(path))?.[1];
  return name === undefined ? undefined : posix.join(posix.dirname(path), name);
}

/** undefined: no run of ours has touched this target. */
export async function readRecord(connection: Connection, target: string): Promise<MigrationRecord | undefined> {
  const path = recordPath(target);
  const content = await connection.readFile(path);
  if (content === undefined) return undefined;
  try {
    return JSON.parse(content.toString()) as MigrationRecord;
  } catch (cause) {
    throw new TaskError(`${path}: is no record of a migration: ${messageOf(cause)}`, {
      next: `move it away, and ${target} with it`,
      cause,
    });
  }
}

export async function writeRecord(connection: Connection, target: string, record: MigrationRecord): Promise<void> {
  await connection.writeFile(recordPath(target), `${JSON.stringify(record, undefined, 1)}\n`);
}
