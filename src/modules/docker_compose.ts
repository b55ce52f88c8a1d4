// Brings a compose project up or down. Down can park the compose file, so that neither a reboot nor an auto-update brings the server back;
// up can put a new compose file in its place, and carries the old containers' environment over. Nothing is overwritten or deleted.
import { posix } from 'node:path';
import { Refusal, TaskError } from '../base/errors.ts';
import { type Docker, openDocker } from '../connections/docker.ts';
import { CONTAINER_NAME } from '../releases/releases.ts';
import type { DockerComposeArguments } from './arguments.ts';
import type { ComposeService } from './compose_config.ts';
import { carryOver, readOldValues, readSnapshot, restoreDotenv, saveSnapshot } from './compose_environment.ts';
import { findParked, setAside } from './compose_files.ts';
import {
  type ComposeProject,
  type ContainerSummary,
  containersOf,
  findProject,
  LABEL,
  listContainers,
  readServices,
  runCompose,
} from './compose_project.ts';
import { judgeServices, readHashes, readImageIds, waitUntilRunning } from './compose_running.ts';
import type { CheckResult, Concerns, Module, Outputs, Target } from './module.ts';
import { containerOf } from './server_evidence.ts';

interface Detail {
  readonly project: ComposeProject;
}

export const dockerCompose: Module<DockerComposeArguments, Detail> = { kind: 'state', concerns, check, apply, undo };

/** The containers of a project depend on its files; parking and installing write the main one and .env. */
function concerns({ project_dir, install }: DockerComposeArguments): Concerns {
  const project = `compose project ${project_dir}`;
  const files = ['docker-compose.yml', '.env'].map((name) => posix.join(project_dir, name));
  return { writes: [project, ...files], reads: install === undefined ? [] : [install] };
}

/** Seconds that containers get to stop, and that a started project gets until all its services run. */
const STOP_SECONDS = 120;
const WAIT_SECONDS = 60;

async function check(args: DockerComposeArguments, target: Target): Promise<CheckResult<Detail>> {
  const docker = openDocker(target.connection, target.signal);
  const everything = await listContainers(docker, target);
  const project = await projectOf(args, everything, target);
  return args.state === 'absent'
    ? checkAbsent(args, { project, everything }, target)
    : checkPresent(args, { project, everything, docker }, target);
}

async function apply(args: DockerComposeArguments, { detail: { project } }: { detail: Detail }, target: Target): Promise<Outputs> {
  return args.state === 'absent' ? goDown(args, project, target) : goUp(args, project, target);
}

/** Where the old containers' record names the project, the new one goes by the same name: its networks and containers are the same things. */
async function projectOf(args: DockerComposeArguments, containers: readonly ContainerSummary[], target: Target): Promise<ComposeProject> {
  const { project_dir, files, project_name, environment_from } = args;
  const recorded = environment_from && !target.run.check ? (await readSnapshot(environment_from, target)).project : undefined;
  return findProject({ project_dir, files, project_name: project_name ?? recorded }, containers, target);
}

interface Seen {
  readonly project: ComposeProject;
  readonly everything: readonly ContainerSummary[];
}

async function checkAbsent(args: DockerComposeArguments, { project, everything }: Seen, target: Target): Promise<CheckResult<Detail>> {
  const own = containersOf(project, everything);
  const main = project.files[0]!;
  const there = (await target.connection.readFile(main)) !== undefined;
  const parked = (await findParked(main, target)).at(-1) ?? '';
  if (!there && own.length > 0) throw cannotStop(own, { main, parked }, target);
  const services = there ? await readServices(project, target) : [];
  if (there && args.remove_orphans !== true) refuseOrphans(own, services, target);
  refuseStrangers(everything, { project, services }, target);
  const parking = args.park === true && there;
  if (own.length === 0 && !parking) {
    return {
      status: 'ok',
      outputs: outputsOf([], { parked, compose_files: parked && !there ? [parked, ...project.files.slice(1)] : project.files }),
      summary: 'nothing of it runs',
    };
  }
  const summary = [own.length > 0 ? `stop and remove ${own.map(({ name }) => name).join(', ')}` : '', parking ? `park ${main}` : '']
    .filter(Boolean)
    .join('; ');
  return { status: 'changes', change: { summary, detail: { project } } };
}

function cannotStop(own: readonly ContainerSummary[], { main, parked }: { main: string; parked: string }, target: Target): Refusal {
  return new Refusal(`${target.host}: ${own.map(({ name }) => name).join(', ')} are there, but ${main}, by which to stop them, is not`, {
    state: 'nothing was stopped',
    next: parked === '' ? `put ${main} back` : `put it back: mv -n ${parked} ${main}`,
  });
}

/** Containers that `down` would leave: of the project by their label, but of no service in the files. */
function refuseOrphans(own: readonly ContainerSummary[], services: readonly ComposeService[], target: Target): void {
  const orphans = own.filter(({ labels }) => !services.some(({ name }) => name === labels[LABEL.service]));
  if (orphans.length === 0) return;
  throw new Refusal(`${target.host}: ${orphans.map(({ name }) => name).join(', ')} would stay: no service of the compose files is theirs`, {
    state: 'nothing was stopped',
    next: 'set remove_orphans: true if they belong to the server',
  });
}

/** Containers with the product's names on the same data that compose did not start (plain `docker run`, another project): `down` leaves them. */
function refuseStrangers(
  everything: readonly ContainerSummary[],
  { project, services }: { project: ComposeProject; services: readonly ComposeService[] },
  target: Target,
): void {
  const roots = [
    project.directory,
    ...services.flatMap(({ mounts }) => mounts.filter(({ type }) => type === 'bind').map(({ source }) => source)),
  ];
  const within = (source: string) =>
    roots.some((root) => root !== '/var/run/docker.sock' && (source === root || source.startsWith(`${root}/`)));
  const strangers = everything.filter(
    ({ name, labels, mounts }) =>
      CONTAINER_NAME.test(name) &&
      labels[LABEL.project] !== project.name &&
      mounts.some(({ type, source }) => type === 'bind' && within(source)),
  );
  if (strangers.length === 0) return;
  const names = strangers.map(({ name }) => name);
  throw new Refusal(`${target.host}: ${names.join(', ')} would stay: on the same data, but not of the compose project ${project.name}`, {
    state: 'nothing was stopped',
    next: `see docker inspect ${names[0]}; if they are of an older installation: docker stop ${names.join(' ')} && docker rm ${names.join(' ')}`,
  });
}

async function goDown(args: DockerComposeArguments, project: ComposeProject, target: Target): Promise<Outputs> {
  const docker = openDocker(target.connection, target.signal);
  const own = containersOf(project, await listContainers(docker, target));
  const record = await saveSnapshot(project, own, { docker, target });
  target.progress({ text: `stopping ${own.length} containers` });
  const orphans = args.remove_orphans === true ? ['--remove-orphans'] : [];
  await runCompose(project, ['down', '-t', String(args.timeout ?? STOP_SECONDS), ...orphans], target);
  const left = containersOf(project, await listContainers(docker, target));
  if (left.length > 0) {
    throw new TaskError(`${target.host}: ${left.map(({ name }) => name).join(', ')} are still there after docker-compose down`, {
      state: 'the compose file is where it was',
      next: `see docker ps -a on ${target.host}, and run this again`,
    });
  }
  const [main, ...others] = project.files as [string, ...string[]];
  if (args.park !== true) return outputsOf([], { environment_file: record, compose_files: project.files });
  const parked = parkedName(main, target);
  await setAside(main, parked, target);
  return outputsOf([], { environment_file: record, parked, compose_files: [parked, ...others] });
}

const parkedName = (main: string, target: Target) => `${main}.parked-${target.run.stamp}`;

async function checkPresent(
  args: DockerComposeArguments,
  { project, everything, docker }: Seen & { docker: Docker },
  target: Target,
): Promise<CheckResult<Detail>> {
  const changes = { status: 'changes' as const, change: { summary: '', detail: { project } } };
  const main = project.files[0]!;
  if (args.install !== undefined && !(await isInstalled(args.install, main, target))) {
    return {
      ...changes,
      change: { summary: `put ${posix.basename(args.install)} in place of ${posix.basename(main)} and start it`, detail: { project } },
    };
  }
  if ((await target.connection.readFile(main)) === undefined) {
    throw new Refusal(`${target.host}: there is no ${main}`, {
      state: 'nothing was started',
      next: 'say which compose file it is with files, or put one in place with install',
    });
  }
  const services = await readServices(project, target);
  const containers = containersOf(project, everything);
  const faults = judgeServices(services, containers, {
    hashes: await readHashes(project, target),
    images: await readImageIds(services, docker),
  });
  if (faults.size === 0)
    return {
      status: 'ok',
      outputs: outputsOf(describe(services, containers), { compose_files: project.files }),
      summary: `${services.length} services run`,
    };
  return {
    ...changes,
    change: { summary: `start: ${[...faults].map(([name, fault]) => `${name} ${fault}`).join(', ')}`, detail: { project } },
  };
}

async function isInstalled(file: string, main: string, target: Target): Promise<boolean> {
  const [wanted, found] = await Promise.all([target.connection.readFile(file), target.connection.readFile(main)]);
  if (wanted === undefined && !target.run.check) {
    throw new Refusal(`${target.host}: the new compose file ${file} is not there`, {
      state: 'nothing was started',
      next: 'run the playbook from its download stage on',
    });
  }
  return wanted !== undefined && found !== undefined && wanted.equals(found);
}

async function goUp(args: DockerComposeArguments, project: ComposeProject, target: Target): Promise<Outputs> {
  const docker = openDocker(target.connection, target.signal);
  if (args.install !== undefined) await install(args.install, project.files[0]!, target);
  const environment = args.environment_from === undefined ? [] : await carryOver(args.environment_from, project, target);
  const services = await readServices(project, target);
  target.progress({ text: `starting ${services.length} services` });
  await runCompose(project, ['up', '-d', ...(args.remove_orphans === true ? ['--remove-orphans'] : [])], target);
  await waitUntilRunning(project, services, { seconds: args.wait ?? WAIT_SECONDS, docker, target });
  const containers = containersOf(project, await listContainers(docker, target));
  return outputsOf(describe(services, containers), { environment, compose_files: project.files });
}

async function install(file: string, main: string, target: Target): Promise<void> {
  const [wanted, found] = await Promise.all([target.connection.readFile(file), target.connection.readFile(main)]);
  if (wanted === undefined) throw new Refusal(`${target.host}: the new compose file ${file} is not there`);
  if (found?.equals(wanted)) return;
  if (found !== undefined) await setAside(main, replacedName(main, target), target);
  await target.connection.writeFile(main, wanted, { mode: 0o644 });
}

/** absent: the file comes back and the project is started. present: the project goes down, and the files that were there before come back. */
async function undo(args: DockerComposeArguments, _outputs: Outputs, target: Target): Promise<void> {
  const docker = openDocker(target.connection, target.signal);
  const project = await projectOf({ ...args, environment_from: undefined }, await listContainers(docker, target), target);
  return args.state === 'absent' ? goUpAgain(project, target) : goBack(args, project, target);
}

/** The old containers' environment goes along: what the user's shell had set at the first `up` is in no file. */
async function goUpAgain(project: ComposeProject, target: Target): Promise<void> {
  const main = project.files[0]!;
  const parked = parkedName(main, target);
  if ((await target.connection.readFile(parked)) !== undefined) {
    if ((await target.connection.readFile(main)) !== undefined) {
      throw new TaskError(`${target.host}: cannot put ${parked} back: ${main} is there`, {
        state: 'the old server is stopped',
        next: `move ${main} away and run this again`,
      });
    }
    await setAside(parked, main, target);
  }
  await runCompose(project, ['up', '-d'], target, { env: await readOldValues(project, target) });
}

async function goBack(args: DockerComposeArguments, project: ComposeProject, target: Target): Promise<void> {
  const main = project.files[0]!;
  if ((await target.connection.readFile(main)) !== undefined) {
    await runCompose(project, ['down', '-t', String(args.timeout ?? STOP_SECONDS)], target);
    if (args.install !== undefined && (await isInstalled(args.install, main, target))) {
      await setAside(main, `${main}.undone-${target.run.stamp}`, target);
    }
  }
  const replaced = replacedName(main, target);
  if (args.install !== undefined && (await target.connection.readFile(replaced)) !== undefined) await setAside(replaced, main, target);
  await restoreDotenv(project, target);
}

const replacedName = (main: string, target: Target) => `${main}.replaced-${target.run.stamp}`;

interface ServiceState {
  readonly name: string;
  readonly container: string;
  readonly state: string;
  readonly image: string;
}

function describe(services: readonly ComposeService[], containers: readonly ContainerSummary[]): ServiceState[] {
  return services.map((service) => {
    const container = containerOf(service, containers);
    return { name: service.name, container: container?.name ?? '', state: container?.state ?? 'absent', image: service.image };
  });
}

interface Extra {
  readonly environment?: readonly string[];
  readonly environment_file?: string;
  readonly parked?: string;
  readonly compose_files: readonly string[];
}

const outputsOf = (
  services: readonly ServiceState[],
  { environment = [], environment_file = '', parked = '', compose_files }: Extra,
): Outputs => ({
  services,
  environment,
  environment_file,
  parked,
  compose_files,
});
