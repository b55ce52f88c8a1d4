// How a server came to the host: by which kind of compose file, and what else on the host starts or updates it.
import { Refusal, TaskError } from '../base/errors.ts';
import { APPLICATION_IMAGE, CONTAINER_NAME, MOUNT_TARGETS } from '../releases/releases.ts';
import { type ComposeService, roleOf } from './compose_config.ts';
import { type ComposeProject, type ContainerSummary, containersOf } from './compose_project.ts';
import type { Target } from './module.ts';
import { containerOf, type Server } from './server_evidence.ts';
import { wayOutOfVolume } from './server_volumes.ts';

/** The stock file, one container for web, files and API (0.11 to 0.17), or the file that kept trains-* names for ClearML's images. */
export type Install = 'compose' | 'unified' | 'legacy';

/** The script by which the machine images of Trains up to 0.15.1 pull the newest images at every start. */
const AUTO_UPDATE = '/usr/bin/start_or_update_server.sh';

export function installOf(services: readonly ComposeService[]): Install {
  const application = services.find((service) => roleOf(service) === 'apiserver');
  const targets = application?.ports.map(({ target }) => target) ?? [];
  if (application && (/^(?:trains|clearml)-?server$/.test(application.name) || (targets.includes(8008) && targets.includes(8081)))) {
    return 'unified';
  }
  const legacy = services.some(
    ({ container, image }) => container.startsWith('trains-') && /clearml/.test(APPLICATION_IMAGE.exec(image)?.[0] ?? ''),
  );
  return legacy ? 'legacy' : 'compose';
}

/** Throws a Refusal where the file is the one for Windows: its data are in directories of Windows, or in Docker volumes. */
export function refuseWindows(
  { services, containers }: Pick<Server, 'services' | 'containers'>,
  project: ComposeProject,
  target: Target,
): void {
  for (const service of services) {
    const { name, mounts } = service;
    const drive = mounts.find(({ type, source }) => type === 'bind' && /^(?:[A-Za-z]:[\\/]|\/c\/)/.test(source));
    const volume = mounts.find(({ type, source }) => type !== 'bind' && /(?:^|_)mongodata$/.test(source));
    const found = drive ?? volume;
    if (!found) continue;
    throw new Refusal(
      `${target.host}: ${project.files[0]} is the compose file for Windows: service ${name} mounts ${volume ? 'the Docker volume ' : ''}${found.source} at ${found.target}`,
      {
        state: 'nothing was changed',
        next: volume
          ? wayOutOfVolume({ service, container: containerOf(service, containers), targets: MOUNT_TARGETS.mongo }, project.directory)
          : `give ${target.host} the compose file for Linux, with the directories in which the data are on it`,
      },
    );
  }
}

/** Containers, running or not, that bear the product's names and are not the project's: the names are taken. */
export function findLeftovers(project: ComposeProject, everything: readonly ContainerSummary[]): string[] {
  const own = containersOf(project, everything);
  return everything.filter((container) => CONTAINER_NAME.test(container.name) && !own.includes(container)).map(({ name }) => name);
}

/** The path of the script that updates the server at every start of the machine; '' where there is none that can be run. */
export async function findAutoUpdate(target: Target): Promise<string> {
  const { code, stdout, stderr } = await target.connection.exec(['sh', '-c', '[ ! -x "$1" ] || echo "$1"', 'sh', AUTO_UPDATE], {
    signal: target.signal,
  });
  if (code !== 0)
    throw new TaskError(`${target.host}: cannot look for ${AUTO_UPDATE}: ${stderr.trim()}`, { next: 'set ansible_become for this host' });
  return stdout.trim();
}
