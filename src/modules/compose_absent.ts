// A compose project brought down: what it would stop and leave, and down itself. Parking renames the compose file, so that neither a reboot
// nor an auto-update brings the server back.
import { Refusal, TaskError } from '../base/errors.ts';
import { openDocker } from '../connections/docker.ts';
import { CONTAINER_NAME } from '../releases/releases.ts';
import type { DockerComposeArguments } from './arguments.ts';
import type { ComposeService } from './compose_config.ts';
import { readOldValues, readOwnSnapshot, saveSnapshot, valuesToAdd } from './compose_environment.ts';
import { findParked, setAside } from './compose_files.ts';
import {
  type ComposeProject,
  type ContainerSummary,
  containersOf,
  LABEL,
  listContainers,
  readServices,
  runCompose,
  type Seen,
} from './compose_project.ts';
import { outputsOf, STOP_SECONDS } from './compose_running.ts';
import type { CheckResult, Outputs, Target } from './module.ts';

/** Throws a Refusal where containers would be left, there is no file by which to stop them, or .env could not take what it is to get later. */
export async function checkAbsent(
  args: DockerComposeArguments,
  { project, everything }: Seen,
  target: Target,
): Promise<CheckResult<ComposeProject>> {
  const own = containersOf(project, everything);
  const main = project.files[0]!;
  const there = (await target.connection.readFile(main)) !== undefined;
  const parked = (await findParked(main, target)).at(-1) ?? '';
  if (!there && own.length > 0) throw cannotStop(own, { main, parked }, target);
  const services = there ? await readServices(project, target) : [];
  if (there && args.remove_orphans !== true) refuseOrphans(own, services, target);
  refuseStrangers(everything, { project, services }, target);
  await valuesToAdd(args, project, target);
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
  return { status: 'changes', change: { summary, detail: project } };
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

/** Records what vanishes with the containers, then takes them down; the file is parked only when none is left. */
export async function goDown(args: DockerComposeArguments, project: ComposeProject, target: Target): Promise<Outputs> {
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

/** The old containers' environment goes along: what the user's shell had set at the first `up` is in no file. */
export async function goUpAgain(project: ComposeProject, target: Target): Promise<void> {
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
  await restorePolicies(project, target);
}

/** A restart policy that `docker update` had changed is in no file. */
async function restorePolicies(project: ComposeProject, target: Target): Promise<void> {
  const docker = openDocker(target.connection, target.signal);
  const snapshot = await readOwnSnapshot(target);
  for (const { id, name } of containersOf(project, await listContainers(docker, target))) {
    const old = snapshot?.containers.find((one) => one.name === name);
    if (!old?.restart) continue;
    const container = docker.getContainer(id);
    if ((await container.inspect()).HostConfig.RestartPolicy?.Name === old.restart) continue;
    await container.update({ RestartPolicy: { Name: old.restart, MaximumRetryCount: old.restart_retries ?? 0 } });
  }
}

const parkedName = (main: string, target: Target) => `${main}.parked-${target.run.stamp}`;
