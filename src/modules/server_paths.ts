// Where an installed server keeps its data: by its effective mounts, never by habit.
import { Refusal } from '../base/errors.ts';
import { MOUNT_TARGETS } from '../releases/releases.ts';
import { type ComposeMount, type ComposeService, roleOf } from './compose_config.ts';
import type { ContainerSummary } from './compose_project.ts';
import { containerOf } from './server_evidence.ts';
import { wayOutOfVolume } from './server_volumes.ts';

/** Absolute paths on the host; '' where the installed release has none. */
export interface DataPaths {
  readonly elastic: string;
  readonly mongo: readonly string[];
  readonly redis: string;
  readonly fileserver: string;
  readonly config: string;
  readonly logs: string;
}

/** The host's name, and the directory of the compose project. */
interface Place {
  readonly host: string;
  readonly directory: string;
}

/** Throws a Refusal that names service and mount where a path is missing, is in a Docker volume, or is another one in the running container. */
export function dataPaths(services: readonly ComposeService[], containers: readonly ContainerSummary[], place: Place): DataPaths {
  const { host } = place;
  const paths = (role: 'elastic' | 'mongo' | 'redis' | 'fileserver', targets: readonly string[]): string[] => {
    const service = services.find((candidate) => roleOf(candidate) === role) ?? services.find((candidate) => mounts(candidate, targets));
    return service ? sourcesOf(service, targets, containers, place) : [];
  };
  const mounts = (service: ComposeService, targets: readonly string[]) => service.mounts.some(({ target }) => targets.includes(target));
  const shared = (targets: readonly string[]) =>
    services.flatMap(({ mounts }) => mounts).find(({ type, target }) => type === 'bind' && targets.includes(target))?.source ?? '';
  const missing = (['elastic', 'mongo'] as const).find((role) => !services.some((service) => roleOf(service) === role));
  if (missing) {
    throw new Refusal(
      `${host}: the compose file has no service with the image or the data of ${missing === 'elastic' ? 'Elasticsearch' : 'MongoDB'}`,
      {
        state: 'nothing was changed',
        next: 'say which compose files belong to the server with compose_files',
      },
    );
  }
  return {
    elastic: paths('elastic', MOUNT_TARGETS.elastic)[0]!,
    mongo: paths('mongo', MOUNT_TARGETS.mongo),
    redis: paths('redis', MOUNT_TARGETS.redis)[0] ?? '',
    fileserver: paths('fileserver', MOUNT_TARGETS.fileserver)[0] ?? '',
    config: shared(MOUNT_TARGETS.config),
    logs: shared(MOUNT_TARGETS.logs),
  };
}

function sourcesOf(
  service: ComposeService,
  targets: readonly string[],
  containers: readonly ContainerSummary[],
  { host, directory }: Place,
): string[] {
  const container = containerOf(service, containers);
  const refuse = (message: string, next: string) => new Refusal(`${host}: ${message}`, { state: 'nothing was changed', next });
  const said = targets.map((target) => ({ target, mount: service.mounts.find((mount) => mount.target === target) }));
  const astray = said.filter(({ mount }) => mount?.type !== 'bind');
  if (astray[0]) {
    const next = wayOutOfVolume({ service, container, targets: astray.map(({ target }) => target) }, directory);
    throw refuse(volumeText(service, astray[0], container), next);
  }
  return said.map(({ target, mount }) => {
    const actual = container?.mounts.find((one) => one.target === target);
    if (actual === undefined || actual.source === mount!.source) return mount!.source;
    throw refuse(
      `evidence disagrees: container ${container!.name} has ${actual.source} mounted at ${target}, the compose file says ${mount!.source}`,
      'make the compose file say what the running container has, or recreate the container with docker-compose up -d',
    );
  });
}

function volumeText(
  { name }: ComposeService,
  { target, mount }: { readonly target: string; readonly mount: ComposeMount | undefined },
  container: ContainerSummary | undefined,
): string {
  const volume = mount?.source || container?.mounts.find((one) => one.target === target)?.source;
  if (!mount) {
    const where = volume ? `the anonymous volume ${volume}` : 'no directory of the host';
    return `service ${name} mounts nothing at ${target}: its data are in ${where}, and the next docker-compose down would lose them`;
  }
  const where = mount.source ? `the Docker volume ${mount.source}` : 'an anonymous Docker volume';
  return `service ${name} keeps ${target} in ${where}, which the new compose file would not mount`;
}
