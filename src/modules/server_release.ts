// What is installed on a host: release, era, data paths and their state. Looks only; everything else in an upgrade is decided from this.
import { posix } from 'node:path';
import { Refusal } from '../base/errors.ts';
import { openDocker } from '../connections/docker.ts';
import { concludeRelease, type Evidence } from '../releases/detection.ts';
import { CONTAINER_NAME } from '../releases/releases.ts';
import type { ServerReleaseArguments } from './arguments.ts';
import { roleOf } from './compose_config.ts';
import { type ComposeProject, type ContainerSummary, findProject, LABEL, listContainers, readServices } from './compose_project.ts';
import { applyNothing, type CheckResult, type Module, type Target } from './module.ts';
import { type DataPaths, type DirectoryState, dataPaths, findMigrated, lookAtDirectory, measureData } from './server_data.ts';
import { apiUrl, collectEvidence, containerOf, serverContainers } from './server_evidence.ts';
import { findAutoUpdate, findLeftovers, installOf, refuseWindows } from './server_install.ts';
import { readLogErrors } from './server_log.ts';
import { readMongoMark } from './server_mongo.ts';
import { findOfficialMigration, type Sides } from './server_official.ts';
import { findPins } from './server_overrides.ts';
import { findForeignOwned } from './server_owner.ts';
import { parkedServer } from './server_parked.ts';
import { findPlain, plainServer } from './server_plain.ts';
import { findTakenPorts } from './server_ports.ts';
import { routeTo } from './server_route.ts';
import { hasFixedUsers } from './server_users.ts';

export const serverRelease: Module<ServerReleaseArguments> = { kind: 'probe', check, apply: applyNothing };

async function check(args: ServerReleaseArguments, target: Target): Promise<CheckResult> {
  const docker = openDocker(target.connection, target.signal);
  const everything = await listContainers(docker, target);
  const project = await findServer(args, everything, target);
  const services = await readServices(project, target);
  refuseWindows(services, project, target);
  const containers = serverContainers(project, services, everything);
  const paths = dataPaths(services, containers, target.host);
  const server = { services, containers, docker };
  const pieces = [...(await collectEvidence(server, target)), ...(await readMongoMark(server, target))];
  const { release, build, elasticsearch } = concludeRelease(pieces, `the server at ${project.directory}`);
  const route = routeTo(args.upgrade_to, release, project, target);
  const { data, unmigrated, marks, target_state, sides } = await lookAtElastic(paths, elasticsearch, everything, target);
  const migrated = await findMigrated(data.elastic, target);
  const others = everything.filter((container) => !containers.includes(container));
  const official = await findOfficialMigration({ ...sides, migrated }, { project, others }, target);
  // after the official migration the directory that the old compose file mounts is gone by its name
  const elasticNow = official.state === 'done' ? data.elastic_target : data.elastic;
  const state = await measureData({ ...paths, elastic: elasticNow }, target);
  const elastic = services.find((service) => roleOf(service) === 'elastic')!;
  const running = containers.filter((container) => container.state === 'running');
  const elasticContainer = containerOf(elastic, containers)?.name ?? elastic.container;
  const outputs = {
    release,
    build,
    evidence: [...pieces, ...marks, ...official.marks].map(({ source, says, release: named }) => ({ source, says, release: named ?? '' })),
    era: elasticsearch <= 5 ? 'elasticsearch 5' : `elasticsearch ${elasticsearch}`,
    unmigrated,
    running: running.length > 0,
    services: services.map(({ name }) => name),
    running_services: services.filter((service) => containerOf(service, running)).map(({ name }) => name),
    compose_files: project.files,
    project_name: project.name,
    data,
    ...state,
    elastic_in_use_by: userOf(data.elastic, everything, elasticContainer),
    migrated,
    target_state,
    official_migration: official.state,
    api_url: apiUrl(server),
    elastic_container: elasticContainer,
    route,
    install: installOf(services),
    fixed_users: await hasFixedUsers(server, target),
    ports_taken: await findTakenPorts(server, everything, target),
    leftovers: findLeftovers(project, everything),
    auto_update: await findAutoUpdate(target),
    foreign_owned: await findForeignOwned(data.elastic, elastic, target),
    override_pins: await findPins(project, target),
    log_errors: await readLogErrors({ services, containers: running, docker }, target),
  };
  const named = build ? `${release}-${build}` : release;
  const how = unmigrated ? 'its Elasticsearch data were never migrated' : running.length > 0 ? 'running' : 'not running';
  return { status: 'ok', outputs, summary: `${named} on ${outputs.era}, ${how}` };
}

/** Throws a Refusal where there is no compose file: parked by an upgrade, never there because docker run was used, or somewhere else. */
async function findServer(args: ServerReleaseArguments, everything: readonly ContainerSummary[], target: Target): Promise<ComposeProject> {
  const plain = findPlain(everything);
  const withoutFile = (main: string) => plainServer(plain, { main, taken: everything.map(({ name }) => name) }, target);
  let project: ComposeProject;
  try {
    project = await findProject({ project_dir: args.project_dir, files: args.compose_files }, everything, target);
  } catch (error) {
    // a server that docker run started needs no directory of that name
    const composed = everything.some(({ labels }) => labels[LABEL.directory] === args.project_dir);
    if (!(error instanceof Refusal) || plain.length === 0 || composed) throw error;
    throw await withoutFile(posix.join(args.project_dir, 'docker-compose.yml'));
  }
  const main = project.files[0]!;
  if ((await target.connection.readFile(main)) !== undefined) return project;
  const parked = await target.connection.exec(['sh', '-c', 'ls -1 "$1".parked-* 2>/dev/null; exit 0', 'sh', main]);
  const found = parked.stdout.trim().split('\n').at(-1);
  if (found) throw await parkedServer({ project_dir: project.directory, files: args.compose_files }, found, target);
  if (plain.length > 0) throw await withoutFile(main);
  throw noServer(project, everything);
}

function noServer({ directory, files: [main] }: ComposeProject, everything: readonly ContainerSummary[]): Refusal {
  const others = everything.filter(({ name }) => CONTAINER_NAME.test(name));
  const elsewhere = [...new Set(others.flatMap(({ labels }) => labels[LABEL.directory] ?? []))];
  const found =
    others.length > 0 ? `; containers ${others.map(({ name }) => name).join(', ')} are there, but no compose file of theirs` : '';
  return new Refusal(`no Trains server at ${directory}: looked for ${main} and for containers of that project${found}`, {
    state: 'nothing was changed',
    next: elsewhere.length > 0 ? `-e trains_dir=${elsewhere.join(' or -e trains_dir=')}` : '-e trains_dir=DIRECTORY says where it is',
  });
}

interface Elastic {
  readonly data: DataPaths & { readonly elastic_target: string };
  readonly unmigrated: boolean;
  readonly marks: readonly Evidence[];
  readonly target_state: 'absent' | 'empty' | 'ours' | 'foreign' | 'in use';
  readonly sides: Omit<Sides, 'migrated'>;
}

/** On Elasticsearch 5 the mounted directory is the source; on 7 it is the target, and a filled `elastic` beside an empty one was never migrated. */
async function lookAtElastic(
  paths: DataPaths,
  elasticsearch: number,
  containers: readonly ContainerSummary[],
  target: Target,
): Promise<Elastic> {
  const beside = (name: string) => posix.join(posix.dirname(paths.elastic), name);
  const old = elasticsearch <= 5 ? paths.elastic : beside('elastic');
  const elasticTarget = elasticsearch <= 5 ? beside('elastic_7') : paths.elastic;
  const [source, filled] = await Promise.all([lookAtDirectory(old, target), lookAtDirectory(elasticTarget, target)]);
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
function userOf(path: string, containers: readonly ContainerSummary[], besides: string): string {
  const user = containers.find(
    ({ state, name, mounts }) =>
      state === 'running' &&
      name !== besides &&
      mounts.some(({ type, source }) => type === 'bind' && (source === path || source.startsWith(`${path}/`))),
  );
  return user?.name ?? '';
}
