// What is left on the disk of a migration of Elasticsearch data: its record, and which of the directories that it names are there.
import { posix } from 'node:path';
import { TaskError } from '../base/errors.ts';
import { type MigrationRecord, readRecord, recordTarget } from '../migration/record.ts';
import { MOUNT_TARGETS } from '../releases/releases.ts';
import { type ComposeService, roleOf } from './compose_config.ts';
import { findPath } from './host_files.ts';
import type { Target } from './module.ts';
import { lookAtDirectory } from './server_data.ts';

export interface MigrationEvidence {
  readonly record: MigrationRecord;
  /** the directory that it fills or has filled */
  readonly target: string;
  /** what stands at the source's own name. `data`: something of an Elasticsearch node */
  readonly source: 'data' | 'no data' | 'absent';
  /** where the source is now, by its new name; '' while it has not got that */
  readonly renamed: string;
  /** the target directory is there */
  readonly filled: boolean;
}

/** The names in a directory; undefined: it is not there. Not being able to look is a TaskError. */
export async function listNames(directory: string, target: Target): Promise<readonly string[] | undefined> {
  const exit = await target.connection.exec(['ls', '-1A', '--', directory], { env: { LC_ALL: 'C' }, signal: target.signal });
  if (exit.code === 0) return exit.stdout.split('\n').filter(Boolean);
  if (/No such file or directory/.test(exit.stderr)) return undefined;
  throw new TaskError(`${target.host}: cannot look into ${directory}: ${exit.stderr.trim() || `exit ${exit.code ?? exit.signal}`}`, {
    next: 'set ansible_become for this host',
  });
}

/** The directory of the host that the services' Elasticsearch has its data in; '' where it has none. */
export function elasticDirectory(services: readonly ComposeService[]): string {
  const elastic = services.find((service) => roleOf(service) === 'elastic');
  const mount = elastic?.mounts.find(({ type, target }) => type === 'bind' && MOUNT_TARGETS.elastic.some((path) => path === target));
  return mount?.source ?? '';
}

/** The last migration that has this directory as its source or its target; undefined: none has. Throws a TaskError where it cannot look. */
export async function findMigration(elastic: string, target: Target): Promise<MigrationEvidence | undefined> {
  const parent = posix.dirname(elastic);
  const targets = ((await listNames(parent, target)) ?? []).flatMap((name) => recordTarget(posix.join(parent, name)) ?? []);
  const found = await Promise.all(
    targets.map(async (path) => ({ path, record: await readRecord(target.connection, path) })), // a name without a record: removed meanwhile
  );
  const last = found
    .flatMap(({ path, record }) => (record && (path === elastic || record.source === elastic) ? [{ path, record }] : []))
    .sort((a, b) => (a.record.run < b.record.run ? -1 : 1))
    .at(-1);
  if (!last) return undefined;
  const { path, record } = last;
  const renamed = record.state === 'filling' ? '' : record.migrated.renamed_to;
  const [source, there, filled] = await Promise.all([
    lookAtDirectory(record.source, target),
    renamed === '' ? undefined : findPath(target, renamed),
    findPath(target, path),
  ]);
  return {
    record,
    target: path,
    source: !source.exists ? 'absent' : source.nodes ? 'data' : 'no data',
    renamed: there ? renamed : '',
    filled: filled !== undefined,
  };
}
