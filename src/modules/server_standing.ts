// What lies on a host of a server and of an upgrade of it: compose files, containers, migration, images. Looks only; what it means is said
// in run/standing.ts. Whatever cannot be looked at is an error: "could not look" is never "is not there".
import { posix } from 'node:path';
import { ConnectionError, TaskError } from '../base/errors.ts';
import { type Docker, isMissing, openDocker } from '../connections/docker.ts';
import { LABEL as MIGRATION_LABEL } from '../migration/pair.ts';
import { CONTAINER_NAME, OPTIONAL_SERVICES } from '../releases/releases.ts';
import { type ComposeService, roleOf } from './compose_config.ts';
import {
  type ComposeProject,
  type ContainerSummary,
  findProject,
  LABEL,
  listContainers,
  type ProjectArguments,
  readServices,
} from './compose_project.ts';
import type { Target } from './module.ts';
import { serverContainers } from './server_evidence.ts';
import { readOldMemory } from './server_memory.ts';
import { elasticDirectory, findMigration, listNames, type MigrationEvidence } from './server_migration.ts';
import { keptImages } from './server_way_back.ts';

export interface ServerEvidence {
  readonly directory: string;
  /** the compose file's absolute path, there or not */
  readonly main: string;
  readonly present: boolean;
  /** the compose file that an upgrade has set aside last; '' for none */
  readonly parked: string;
  /** what the compose file that is in force would start: the server of before the upgrade, or the new one. A parked one is the old one's */
  readonly serves: 'old' | 'new';
  /** what runs of the server now; `part`: some of its services that have to run do not */
  readonly runs: { readonly server: 'old' | 'new' | 'none'; readonly missing: readonly string[] };
  /** the server's containers. `restart` is the policy of those that could come back beside a half-done upgrade, '' where it was not asked */
  readonly containers: readonly { readonly name: string; readonly state: string; readonly restart: string }[];
  /** name of the container that Elasticsearch runs in; '' where it does not run */
  readonly elastic: string;
  /** of the upgrade that is looked at; one that was over before it began is left out */
  readonly migration: MigrationEvidence | undefined;
  /** running private containers of a migration */
  readonly remains: readonly string[];
  /** names of images that point to newer ones than before the upgrade, and the tags that kept the old ones */
  readonly moved: readonly { readonly kept: string; readonly name: string }[];
  /** variables that are to be set before the old server is started, as a sentence; '' for none */
  readonly unset: string;
  /** how compose is called in the project directory: with the project's name where that is not the directory's */
  readonly compose: readonly string[];
}

/**
 * undefined: no server is there. `seen` hears of each piece of evidence as it is found, so that it is known even where a later look fails.
 * Throws a TaskError, or what Docker answered.
 */
export async function lookAtServer(
  args: ProjectArguments,
  target: Target,
  seen: (line: string) => void,
): Promise<ServerEvidence | undefined> {
  const there = (await listNames(args.project_dir, target)) !== undefined;
  if (!there) seen(`${args.project_dir} is not there`);
  const docker = openDocker(target.connection, target.signal);
  const { everything, failure } = await tryContainers(docker, target);
  if (!there) {
    if (failure !== undefined) throw failure;
    refuseStrays(args.project_dir, everything, target);
    return undefined;
  }
  const project = await findProject(args, everything, target);
  const files = await lookAtFiles(project, target, seen);
  if (!files.present && files.parked === '') {
    if (failure !== undefined) throw failure;
    refuseStrays(project.directory, everything, target);
    return undefined;
  }
  const inForce = files.present ? project : { ...project, files: [files.parked, ...project.files.slice(1)] };
  const memory = files.present ? undefined : await readOldMemory(inForce, stampOf(files.parked), target);
  const services = await readServices(inForce, target);
  const elastic = elasticDirectory(services);
  seen(`its Elasticsearch has its data in ${elastic || 'no directory of the host'}`);
  const migration = elastic === '' ? undefined : ofThisUpgrade(await findMigration(elastic, target), { elastic, ...files });
  if (migration) for (const line of migrationLines(migration)) seen(line);
  if (failure !== undefined) throw failure;
  const name = memory?.project ?? project.name;
  const own = serverContainers({ ...project, name }, services, everything);
  const serves = migration ? (elastic === migration.target ? 'new' : 'old') : files.present && files.differs ? 'new' : 'old';
  const halfway = !files.present || (migration !== undefined && serves === 'old');
  const running = own.filter(({ state }) => state === 'running');
  return {
    directory: project.directory,
    main: project.files[0]!,
    present: files.present,
    parked: files.parked,
    serves,
    runs: {
      server: running.length === 0 ? 'none' : (servedBy(running, migration) ?? serves),
      missing: services.map(({ name }) => name).filter((name) => !OPTIONAL_SERVICES.includes(name) && !isRunning(name, services, running)),
    },
    containers: await Promise.all(
      own.map(async ({ id, name, state }) => ({ name, state, restart: halfway ? await restartPolicy(docker, id) : '' })),
    ),
    elastic: running.find((container) => roleOfContainer(container, services) === 'elastic')?.name ?? '',
    migration,
    remains: everything
      .filter(({ labels, state }) => state === 'running' && labels[MIGRATION_LABEL] === (migration?.record.source ?? elastic))
      .map(({ name }) => name),
    moved: await movedImages(docker, files.present ? '' : stampOf(files.parked)),
    unset: memory?.unset ?? '',
    compose: [
      ...target.facts.compose.command,
      ...(name === (await findProject(args, [], target)).name ? [] : ['-p', name]),
      ...(args.files === undefined ? [] : project.files.flatMap((file) => ['-f', file])),
    ],
  };
}

/** Docker that does not answer must not keep the files from being looked at; its failure is thrown once they were. */
async function tryContainers(
  docker: Docker,
  target: Target,
): Promise<{ readonly everything: readonly ContainerSummary[]; readonly failure?: unknown }> {
  try {
    return { everything: await listContainers(docker, target) };
  } catch (failure) {
    if (failure instanceof ConnectionError) throw failure;
    return { everything: [], failure };
  }
}

interface Files {
  readonly present: boolean;
  readonly parked: string;
  /** the compose file is there, and is another one than the parked one */
  readonly differs: boolean;
}

async function lookAtFiles(project: ComposeProject, target: Target, seen: (line: string) => void): Promise<Files> {
  const main = project.files[0]!;
  const names = (await listNames(posix.dirname(main), target)) ?? [];
  const parkedName = names.filter((name) => name.startsWith(`${posix.basename(main)}.parked-`)).sort();
  const parked = parkedName.length === 0 ? '' : posix.join(posix.dirname(main), parkedName.at(-1)!);
  const [content, before] = await Promise.all([
    target.connection.readFile(main),
    parked === '' ? undefined : target.connection.readFile(parked),
  ]);
  seen(content === undefined ? `${main} is not there` : `${main} is there`);
  if (parked !== '') seen(`an upgrade has set a compose file aside as ${parked}`);
  return { present: content !== undefined, parked, differs: content !== undefined && before !== undefined && !content.equals(before) };
}

/** Containers of a server whose compose file is not where it was looked for: that is not "there is none". */
function refuseStrays(directory: string, everything: readonly ContainerSummary[], target: Target): void {
  const strays = everything.filter(({ name, labels }) => labels[LABEL.directory] === directory || CONTAINER_NAME.test(name));
  if (strays.length === 0) return;
  const elsewhere = [...new Set(strays.flatMap(({ labels }) => labels[LABEL.directory] ?? []))].filter((path) => path !== directory);
  throw new TaskError(`${target.host}: ${strays.map(({ name }) => name).join(', ')} are there, but no compose file in ${directory}`, {
    next: `say where the server is installed: -e trains_dir=${elsewhere.join(' or -e trains_dir=') || 'DIRECTORY'}`,
  });
}

/** "docker-compose.yml.parked-20260101_000000" → "20260101_000000" */
const stampOf = (parked: string) => parked.split('.parked-').at(-1) ?? '';

/** A compose file that was parked by a later run, or that serves the migrated data already, belongs to another upgrade than the migration. */
function ofThisUpgrade(
  migration: MigrationEvidence | undefined,
  { elastic, present, parked }: { elastic: string; present: boolean; parked: string },
): MigrationEvidence | undefined {
  if (migration === undefined || elastic === migration.record.source) return migration;
  const later = parked !== '' && stampOf(parked) > migration.record.run.slice(0, stampOf(parked).length);
  return !present || later ? undefined : migration;
}

function migrationLines({ record, target, source, renamed }: MigrationEvidence): string[] {
  const states = {
    filling: 'is being filled, or was left half filled,',
    proven: 'holds a proven copy made',
    complete: 'holds a proven copy made',
  };
  return [
    `${target} ${states[record.state]} by run ${record.run}`,
    `${record.source} ${source === 'absent' ? 'is not there' : source === 'data' ? 'holds data' : 'is there and holds no data'}`,
    ...(renamed === '' ? [] : [`${renamed} is there`]),
  ];
}

/** By the data that its Elasticsearch has mounted. undefined: none of the two directories is mounted. */
function servedBy(running: readonly ContainerSummary[], migration: MigrationEvidence | undefined): 'old' | 'new' | undefined {
  const mounted = (path: string) => running.some(({ mounts }) => mounts.some(({ source }) => source === path));
  if (migration === undefined) return undefined;
  return mounted(migration.target) ? 'new' : mounted(migration.record.source) ? 'old' : undefined;
}

const roleOfContainer = ({ name, labels }: ContainerSummary, services: readonly ComposeService[]) => {
  const service = services.find((one) => labels[LABEL.service] === one.name || (one.container !== '' && one.container === name));
  return service && roleOf(service);
};

const isRunning = (name: string, services: readonly ComposeService[], running: readonly ContainerSummary[]) =>
  running.some((container) => {
    const own = services.find((service) => service.name === name)?.container;
    return container.labels[LABEL.service] === name || (own !== '' && own === container.name);
  });

/** "" where the container is gone meanwhile: then nothing comes back. */
async function restartPolicy(docker: Docker, id: string): Promise<string> {
  try {
    return (await docker.getContainer(id).inspect()).HostConfig.RestartPolicy?.Name || 'no';
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

/** `stamp`: the run that has parked the server; '' for the last one that kept any. */
async function movedImages(docker: Docker, stamp: string): Promise<ServerEvidence['moved']> {
  const ids = new Map((await docker.listImages()).flatMap(({ Id, RepoTags }) => (RepoTags ?? []).map((tag) => [tag, Id] as const)));
  const kept = keptImages([...ids.keys()]);
  const wanted =
    stamp ||
    kept
      .map((image) => image.stamp)
      .sort()
      .at(-1);
  return kept
    .filter((image) => image.stamp === wanted && ids.get(image.kept) !== ids.get(image.name))
    .map((image) => ({ kept: image.kept, name: image.name }));
}
