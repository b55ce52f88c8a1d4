// The marks of the product's own migration script: it renames the old data at its end, and leaves an archive, logs and containers.
import { posix } from 'node:path';
import { TaskError } from '../base/errors.ts';
import type { Evidence } from '../releases/detection.ts';
import type { ComposeProject, ContainerSummary } from './compose_project.ts';
import type { Target } from './module.ts';
import type { DirectoryState } from './server_data.ts';

/** The two directories, as they were found, and what lies beside them. */
export interface Sides {
  readonly source: DirectoryState & { readonly path: string };
  readonly filled: DirectoryState & { readonly path: string };
  /** directories elastic_migrated_* */
  readonly migrated: readonly string[];
}

export interface Official {
  readonly state: '' | 'begun' | 'done';
  readonly marks: readonly Evidence[];
}

/**
 * `done`: the old directory is renamed and the new one filled; `begun`: the new one is not empty, or a container has it, and the old data are where
 * they were. `others` are the containers that are not the server's own. A target that a run of ours has filled is no mark, and neither is one
 * beside which there is nothing to migrate: so is a server that was installed as 0.16.
 */
export async function findOfficialMigration(
  { source, filled, migrated }: Sides,
  { project, others }: { project: ComposeProject; others: readonly ContainerSummary[] },
  target: Target,
): Promise<Official> {
  if (filled.ours) return { state: '', marks: [] };
  const files = await findFiles(posix.dirname(source.path), project.directory, target);
  const containers = others.filter(
    ({ labels, image, mounts }) =>
      labels['switchyard.migration'] === undefined &&
      /elasticsearch[:@]/.test(image) &&
      mounts.some(({ type, source: from }) => type === 'bind' && from === filled.path), // on the old data a container of docker run may be, set aside
  );
  const marks: Evidence[] = [
    ...files.map((file): Evidence => ({ kind: 'data', source: file, says: 'is left by the official migration script' })),
    ...containers.map(
      ({ name, state }): Evidence => ({ kind: 'data', source: `container ${name}`, says: `(${state}) has the Elasticsearch data mounted` }),
    ),
    ...(source.nodes && filled.nodes
      ? [
          {
            kind: 'data' as const,
            source: filled.path,
            says: `holds data, and ${source.path} was not renamed: a migration that did not end, or a start without one`,
          },
        ]
      : []),
  ];
  if (migrated.length > 0 && filled.nodes && !source.nodes) {
    const done = { kind: 'data' as const, source: migrated.at(-1)!, says: 'is what the official migration renames the old data to' };
    return { state: 'done', marks: [...marks, done] };
  }
  // an archive or a log alone says that it was tried, and nothing of what is here now
  return { state: source.nodes && ((filled.exists && !filled.empty) || containers.length > 0) ? 'begun' : '', marks };
}

/** The script's archive beside the data and its logs in the project's directory; a run of ours writes logs of the same name, and has a folder. */
async function findFiles(beside: string, project: string, target: Target): Promise<string[]> {
  const script = `[ ! -e "$1/elastic_5.tar.gz" ] || echo "$1/elastic_5.tar.gz"
for log in "$2"/upgrade_to_7_*.log; do
  [ -e "$log" ] || continue; stamp=\${log##*/upgrade_to_7_}
  for run in "$2/.switchyard/runs/\${stamp%.log}"-*; do [ -e "$run" ] || echo "$log"; break; done
done; exit 0`;
  const { code, stdout, stderr } = await target.connection.exec(['sh', '-c', script, 'sh', beside, project], { signal: target.signal });
  if (code !== 0)
    throw new TaskError(`${target.host}: cannot look for marks of the official migration: ${stderr.trim()}`, {
      next: 'set ansible_become for this host',
    });
  return stdout.split('\n').filter(Boolean);
}
