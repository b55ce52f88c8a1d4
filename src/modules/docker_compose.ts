// Brings a compose project up or down. Down can park the compose file, so that neither a reboot nor an auto-update brings the server back;
// up can put a new compose file in its place, and carries the old containers' environment over. Nothing is overwritten or deleted.
import { posix } from 'node:path';
import { Refusal } from '../base/errors.ts';
import { type Docker, openDocker } from '../connections/docker.ts';
import { CONTAINER_NAME } from '../releases/releases.ts';
import type { DockerComposeArguments } from './arguments.ts';
import { extendDotenv, readOpenVariables, readSnapshot, saveSnapshot, valuesFor } from './compose_environment.ts';
import { findParked, setAside } from './compose_files.ts';
import {
  type ComposeProject,
  type ContainerSummary,
  containersOf,
  findProject,
  listContainers,
  readServices,
  runCompose,
} from './compose_project.ts';
import { judgeServices, readHashes, readImageIds, waitUntilRunning } from './compose_running.ts';
import type { CheckResult, Module, Outputs, Target } from './module.ts';
import { containerOf } from './server_evidence.ts';

interface Detail {
  readonly project: ComposeProject;
}

export const dockerCompose: Module<DockerComposeArguments, Detail> = { kind: 'state', check, apply, undo };

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

async function checkAbsent({ park }: DockerComposeArguments, { project, everything }: Seen, target: Target): Promise<CheckResult<Detail>> {
  const own = containersOf(project, everything);
  const main = project.files[0]!;
  const strangers = everything.filter((container) => CONTAINER_NAME.test(container.name) && !own.includes(container));
  if (strangers.length > 0) {
    const names = strangers.map(({ name }) => name).join(', ');
    throw new Refusal(`${target.host}: ${names} would stay: they carry the product's names, but are not of the project ${project.name}`, {
      state: 'nothing was stopped',
      next: `see docker inspect ${strangers[0]!.name}; stop and remove them by name if they are of an older installation`,
    });
  }
  const parking = park === true && (await target.connection.readFile(main)) !== undefined;
  if (own.length === 0 && !parking) {
    const parked = (await findParked(main, target)).at(-1) ?? '';
    return {
      status: 'ok',
      outputs: outputsOf([], { parked, compose_files: parked ? [parked, ...project.files.slice(1)] : project.files }),
      summary: 'nothing of it runs',
    };
  }
  const summary = [own.length > 0 ? `stop and remove ${own.map(({ name }) => name).join(', ')}` : '', parking ? `park ${main}` : '']
    .filter(Boolean)
    .join('; ');
  return { status: 'changes', change: { summary, detail: { project } } };
}

async function goDown({ park, timeout = STOP_SECONDS }: DockerComposeArguments, project: ComposeProject, target: Target): Promise<Outputs> {
  const docker = openDocker(target.connection, target.signal);
  const own = containersOf(project, await listContainers(docker, target));
  const record = await saveSnapshot(project, own, { docker, target });
  target.progress({ text: `stopping ${own.length} containers` });
  await runCompose(project, ['down', '-t', String(timeout)], target);
  const [main, ...others] = project.files as [string, ...string[]];
  if (park !== true) return outputsOf([], { environment_file: record, compose_files: project.files });
  const parked = `${main}.parked-${target.run.stamp}`;
  await setAside(main, parked, target);
  return outputsOf([], { environment_file: record, parked, compose_files: [parked, ...others] });
}

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
  if (found !== undefined) await setAside(main, `${main}.replaced-${target.run.stamp}`, target);
  await target.connection.writeFile(main, wanted, { mode: 0o644 });
}

/** Names of the variables that were written to .env. */
async function carryOver(record: string, project: ComposeProject, target: Target): Promise<string[]> {
  const file = posix.join(project.directory, '.env');
  const before = (await target.connection.readFile(file))?.toString() ?? '';
  const values = valuesFor(await readOpenVariables(project.files, target), await readSnapshot(record, target), before);
  if (values.size > 0) await target.connection.writeFile(file, extendDotenv(before, values, target.facts.compose.version), { mode: 0o600 });
  return [...values.keys()];
}

/** absent: the file comes back and the project is started. present: the project goes down, and the file that was there before comes back. */
async function undo(args: DockerComposeArguments, outputs: Outputs, target: Target): Promise<void> {
  const docker = openDocker(target.connection, target.signal);
  const project = await projectOf({ ...args, environment_from: undefined }, await listContainers(docker, target), target);
  const main = project.files[0]!;
  if (args.state === 'absent') {
    const parked = String(outputs.parked ?? '');
    if (parked !== '' && (await target.connection.readFile(main)) === undefined) await setAside(parked, main, target);
    await runCompose(project, ['up', '-d'], target);
    return;
  }
  await runCompose(project, ['down', '-t', String(args.timeout ?? STOP_SECONDS)], target);
  const replaced = `${main}.replaced-${target.run.stamp}`;
  if (args.install === undefined || (await target.connection.readFile(replaced)) === undefined) return;
  await setAside(main, `${main}.undone-${target.run.stamp}`, target);
  await setAside(replaced, main, target);
}

interface ServiceState {
  readonly name: string;
  readonly container: string;
  readonly state: string;
  readonly image: string;
}

function describe(services: Awaited<ReturnType<typeof readServices>>, containers: readonly ContainerSummary[]): ServiceState[] {
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
