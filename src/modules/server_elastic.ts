// What the directories beside a server tell: whether its Elasticsearch data were migrated, who has them open, and whether a later release
// has had them already.
import { posix } from 'node:path';
import { Refusal } from '../base/errors.ts';
import { compareReleases, parseRelease } from '../base/release.ts';
import type { Evidence } from '../releases/detection.ts';
import type { ContainerSummary } from './compose_project.ts';
import type { Target } from './module.ts';
import { type DirectoryState, lookAtDirectory } from './server_data.ts';
import type { Sides } from './server_official.ts';
import type { DataPaths } from './server_paths.ts';

export interface Elastic {
  readonly data: DataPaths & { readonly elastic_target: string };
  readonly unmigrated: boolean;
  readonly marks: readonly Evidence[];
  readonly target_state: 'absent' | 'empty' | 'ours' | 'foreign' | 'in use';
  readonly sides: Omit<Sides, 'migrated'>;
}

/** On Elasticsearch 5 the mounted directory is the source; on 7 it is the target, and a filled `elastic` beside an empty one was never migrated. */
export async function lookAtElastic(
  paths: DataPaths,
  elasticsearch: number,
  containers: readonly ContainerSummary[],
  target: Target,
): Promise<Elastic> {
  const beside = (name: string) => posix.join(posix.dirname(paths.elastic), name);
  const old = elasticsearch <= 5 ? paths.elastic : beside('elastic');
  const elasticTarget = elasticsearch <= 5 ? beside('elastic_7') : paths.elastic;
  const [source, filled] = await Promise.all([lookAtDirectory(old, target), lookAtDirectory(elasticTarget, target)]);
  refuseNewer(
    [
      { path: old, ...source },
      { path: elasticTarget, ...filled },
    ],
    elasticsearch,
    target,
  );
  const unmigrated = elasticsearch > 5 && old !== elasticTarget && source.nodes && !filled.nodes;
  const user = userOf(elasticTarget, containers, '');
  return {
    data: { ...paths, elastic: elasticsearch <= 5 || unmigrated ? old : paths.elastic, elastic_target: elasticTarget },
    unmigrated,
    marks: [mark(old, source), ...(old === elasticTarget ? [] : [mark(elasticTarget, filled)])],
    sides: { source: { ...source, path: old }, filled: { ...filled, path: elasticTarget } },
    target_state: user ? 'in use' : !filled.exists ? 'absent' : filled.ours ? 'ours' : filled.empty ? 'empty' : 'foreign',
  };
}

function mark(path: string, { exists, empty, nodes, ours }: DirectoryState): Evidence {
  const says = !exists ? 'is not there' : empty ? 'is empty' : nodes ? 'holds data of an Elasticsearch node' : 'holds something else';
  return { kind: 'data', source: path, says: ours ? `${says}, filled by a migration of this runner` : says };
}

/** The running container, other than `besides`, that has the directory or one in it mounted; '' for none. Monitors mount all of / and do not count. */
export function userOf(path: string, containers: readonly ContainerSummary[], besides: string): string {
  const user = containers.find(
    ({ state, name, mounts }) =>
      state === 'running' &&
      name !== besides &&
      mounts.some(({ type, source }) => type === 'bind' && (source === path || source.startsWith(`${path}/`))),
  );
  return user?.name ?? '';
}

/** Elasticsearch 8 makes a file of the directory `nodes`, and no older one reads the data after that. */
function refuseNewer(directories: readonly (DirectoryState & { readonly path: string })[], elasticsearch: number, { host }: Target): void {
  const found = directories.find(({ newer }) => newer);
  if (!found || elasticsearch >= 8) return;
  throw new Refusal(
    `${host}: evidence disagrees: the server runs Elasticsearch ${elasticsearch}, ${found.path} holds data that Elasticsearch 8 or later has written (nodes is a file)`,
    {
      state: 'nothing was changed',
      next: `bring the data back from a backup that was made before, or move what is no part of this server away: mv ${found.path} ${found.path}.aside`,
    },
  );
}

/** From 1.3 on MongoDB's data are in mongo_4. Data there beside an older server are a later state of it, or what was left of one. */
export async function refuseLater({ mongo }: DataPaths, release: string, target: Target): Promise<void> {
  const path = posix.join(posix.dirname(posix.dirname(mongo[0]!)), 'mongo_4');
  if (mongo[0]!.startsWith(`${path}/`) || compareReleases(parseRelease(release)!, parseRelease('1.3')!) >= 0) return;
  const { exists, empty } = await lookAtDirectory(path, target);
  if (!exists || empty) return;
  throw new Refusal(
    `${target.host}: evidence disagrees: the server is ${release} with MongoDB's data in ${posix.dirname(mongo[0]!)}, but ${path} holds data, where releases from 1.3 on have them`,
    {
      state: 'nothing was changed',
      next: `find out which of the two is in use; if ${path} is left of an upgrade that was taken back: mv ${path} ${path}.aside`,
    },
  );
}
