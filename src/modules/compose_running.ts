// Whether the services of a project run as its configuration says, and waiting until they do.
import { setTimeout as sleep } from 'node:timers/promises';
import { TaskError } from '../base/errors.ts';
import { type Docker, isMissing, logText } from '../connections/docker.ts';
import { OPTIONAL_SERVICES } from '../releases/releases.ts';
import type { ComposeService } from './compose_config.ts';
import { type ComposeProject, type ContainerSummary, containersOf, LABEL, listContainers, runCompose } from './compose_project.ts';
import type { Outputs, Target } from './module.ts';
import { containerOf } from './server_evidence.ts';

/** What compose makes of each service, by its name: the hash of its configuration. */
export type Hashes = ReadonlyMap<string, string>;

/** Seconds that containers get to stop by themselves. */
export const STOP_SECONDS = 120;

/** ms between two looks while waiting. */
const PAUSE = 1_000;

/** Lines of a failing container's log that the operator is shown. */
const LOG_LINES = 10;

export async function readHashes(project: ComposeProject, target: Target): Promise<Hashes> {
  const { stdout } = await runCompose(project, ['config', '--hash', '*'], target);
  return new Map([...stdout.matchAll(/^(\S+) ([0-9a-f]{64})\s*$/gm)].map(([, name, hash]) => [name!, hash!]));
}

/**
 * What keeps a service from being as declared, by its name; empty when all is well. The same three questions `up` asks: is there a container,
 * does its label hold the hash of the configuration, is its image the one the name points to now (`images`: name → id) - and whether it runs.
 */
export function judgeServices(
  services: readonly ComposeService[],
  containers: readonly ContainerSummary[],
  { hashes, images }: { hashes: Hashes; images: ReadonlyMap<string, string> },
): ReadonlyMap<string, string> {
  const faults = services.map(({ name, image }): [string, string | undefined] => {
    const container = containers.find(({ labels }) => labels[LABEL.service] === name);
    if (!container) return [name, 'has no container'];
    const optional = OPTIONAL_SERVICES.includes(name) && container.state !== 'created';
    if (container.state !== 'running' && !optional) return [name, `is ${container.state}`];
    if (hashes.has(name) && container.labels[LABEL.hash] !== hashes.get(name)) return [name, 'has another configuration'];
    if (images.has(image) && container.imageId !== images.get(image)) return [name, `runs on an older ${image}`];
    return [name, undefined];
  });
  return new Map(faults.filter((fault): fault is [string, string] => fault[1] !== undefined));
}

/** Where each image's name points to on this host; names without an image are left out. */
export async function readImageIds(services: readonly ComposeService[], docker: Docker): Promise<ReadonlyMap<string, string>> {
  const names = [...new Set(services.map(({ image }) => image).filter((image) => image !== ''))];
  const ids = await Promise.all(
    names.map(async (name): Promise<readonly [string, string][]> => {
      try {
        return [[name, (await docker.getImage(name).inspect()).Id]];
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    }),
  );
  return new Map(ids.flat());
}

/**
 * Until every service that has to run was seen running twice in a row without a start in between: a container that crashes at once
 * also looks running for a moment. Throws a TaskError with the last log lines of those that do not.
 */
export async function waitUntilRunning(
  project: ComposeProject,
  services: readonly ComposeService[],
  { seconds, docker, target }: { seconds: number; docker: Docker; target: Target },
): Promise<void> {
  const wanted = services.filter(({ name }) => !OPTIONAL_SERVICES.includes(name));
  const deadline = Date.now() + seconds * 1000;
  let before = '';
  for (;;) {
    const containers = containersOf(project, await listContainers(docker, target));
    const found = wanted.map(({ name }) => ({ name, container: containers.find(({ labels }) => labels[LABEL.service] === name) }));
    const states = await Promise.all(
      found.map(async ({ container }) => (container ? (await docker.getContainer(container.id).inspect()).State : undefined)),
    );
    const missing = found.filter((_service, index) => !states[index]?.Running || states[index]?.Restarting);
    const starts = states.map((state) => state?.StartedAt).join();
    if (missing.length === 0 && starts === before) return;
    if (Date.now() >= deadline) throw await notRunning(missing.length > 0 ? missing : found, { seconds, docker, target });
    before = missing.length === 0 ? starts : '';
    target.progress({
      text: `${found.length - missing.length} of ${found.length} services run`,
      done: found.length - missing.length,
      total: found.length,
    });
    await sleep(PAUSE, undefined, { signal: target.signal });
  }
}

type Found = readonly { readonly name: string; readonly container?: ContainerSummary }[];

async function notRunning(
  missing: Found,
  { seconds, docker, target }: { seconds: number; docker: Docker; target: Target },
): Promise<TaskError> {
  const logs = await Promise.all(
    missing.map(async ({ name, container }) => {
      if (!container) return `${name}: no container`;
      const log = await docker.getContainer(container.id).logs({ stdout: true, stderr: true, tail: LOG_LINES });
      return `${name} (${container.state}):\n${logText(log as unknown as Buffer).trimEnd()}`;
    }),
  );
  const first = missing.find(({ container }) => container)?.container?.name;
  return new TaskError(`${target.host}: ${missing.map(({ name }) => name).join(', ')} did not stay running within ${seconds} s`, {
    state: 'the containers are created; the others run',
    next: first ? `docker logs ${first} on ${target.host} tells more` : undefined,
    output: target.secrets.mask(logs.join('\n')),
  });
}

/** A service as the outputs tell it; `state` is absent where it has no container. */
export interface ServiceState {
  readonly name: string;
  readonly container: string;
  readonly state: string;
  readonly image: string;
}

/** How the services are. */
export function describe(services: readonly ComposeService[], containers: readonly ContainerSummary[]): ServiceState[] {
  return services.map((service) => {
    const container = containerOf(service, containers);
    return { name: service.name, container: container?.name ?? '', state: container?.state ?? 'absent', image: service.image };
  });
}

interface MoreOutputs {
  readonly environment?: readonly string[];
  readonly environment_file?: string;
  readonly parked?: string;
  readonly compose_files: readonly string[];
}

/** The outputs of docker_compose, in either state. */
export const outputsOf = (
  services: readonly ServiceState[],
  { environment = [], environment_file = '', parked = '', compose_files }: MoreOutputs,
): Outputs => ({
  services,
  environment,
  environment_file,
  parked,
  compose_files,
});
