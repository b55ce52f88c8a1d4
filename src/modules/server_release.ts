// What is installed on a host: release, era, data paths and their state. Looks only; everything else in an upgrade is decided from this.
import { posix } from 'node:path';
import { Refusal } from '../base/errors.ts';
import { openDocker } from '../connections/docker.ts';
import { concludeRelease } from '../releases/detection.ts';
import { CONTAINER_NAME, OPTIONAL_SERVICES } from '../releases/releases.ts';
import type { ServerReleaseArguments } from './arguments.ts';
import { type ComposeService, roleOf } from './compose_config.ts';
import {
  type ComposeProject,
  type ContainerSummary,
  findProject,
  LABEL,
  listContainers,
  readServices,
  sayFiles,
} from './compose_project.ts';
import { applyNothing, type CheckResult, type Module, type Target } from './module.ts';
import { hasAgentAddress } from './server_agent.ts';
import { findMigrated, measureData } from './server_data.ts';
import { lookAtElastic, refuseLater, userOf } from './server_elastic.ts';
import { apiUrl, collectEvidence, containerOf, serverContainers } from './server_evidence.ts';
import { findAutoUpdate, findLeftovers, installOf, refuseWindows } from './server_install.ts';
import { readLogErrors } from './server_log.ts';
import { listNames } from './server_migration.ts';
import { readMongoMark } from './server_mongo.ts';
import { findOfficialMigration } from './server_official.ts';
import { findPins } from './server_overrides.ts';
import { findForeignOwned } from './server_owner.ts';
import { parkedServer } from './server_parked.ts';
import { dataPaths } from './server_paths.ts';
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
  const containers = serverContainers(project, services, everything);
  const server = { services, containers, docker };
  refuseWindows(server, project, target);
  const paths = dataPaths(services, containers, { host: target.host, directory: project.directory });
  const mongo = await readMongoMark(server, target);
  const pieces = [...(await collectEvidence(server, target)), ...mongo];
  const { release, build, elasticsearch } = concludeRelease(pieces, `the server at ${project.directory}`);
  const route = routeTo(args.upgrade_to, release, project, target);
  const { data, unmigrated, marks, target_state, sides } = await lookAtElastic(paths, elasticsearch, everything, target);
  await refuseLater(paths, release, target);
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
    database_migration: mongo.find((piece) => piece.release !== undefined)?.release ?? '',
    unmigrated,
    running: running.length > 0,
    services: services.map(({ name }) => name),
    running_services: services.filter((service) => containerOf(service, running)).map(({ name }) => name),
    not_running: missingOf(services, running),
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
    agent_address: await hasAgentAddress(server, project, target),
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
  throw noServer(project, everything, (await listNames(project.directory, target)) ?? []);
}

function noServer(
  { directory, files: [main] }: ComposeProject,
  everything: readonly ContainerSummary[],
  names: readonly string[],
): Refusal {
  const others = everything.filter(({ name }) => CONTAINER_NAME.test(name));
  const elsewhere = [...new Set(others.flatMap(({ labels }) => labels[LABEL.directory] ?? []))];
  const found =
    others.length > 0 ? `; containers ${others.map(({ name }) => name).join(', ')} are there, but no compose file of theirs` : '';
  return new Refusal(`no Trains server at ${directory}: looked for ${main} and for containers of that project${found}`, {
    state: 'nothing was changed',
    next: nextOf(directory, elsewhere, names),
  });
}

/** A compose file by another name is the likely one: the product's own are docker-compose-unified.yml and docker-compose-win10.yml, too. */
function nextOf(directory: string, elsewhere: readonly string[], names: readonly string[]): string {
  if (elsewhere.length > 0) return `-e trains_dir=${elsewhere.join(' or -e trains_dir=')}`;
  const other = names.find((name) => /^docker-compose-[\w-]+\.ya?ml$/.test(name));
  const where = '-e trains_dir=DIRECTORY says where it is';
  return other === undefined ? where : `${where}; if ${other} is its compose file: ${sayFiles(directory, [posix.join(directory, other)])}`;
}

/** Services that have to run and do not. */
const missingOf = (services: readonly ComposeService[], running: readonly ContainerSummary[]): string[] =>
  services.filter((service) => !OPTIONAL_SERVICES.includes(service.name) && !containerOf(service, running)).map(({ name }) => name);
