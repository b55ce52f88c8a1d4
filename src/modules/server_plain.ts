// A server of the days before compose: containers that plain `docker run` started. No compose file says how to stop and start them.
import { posix } from 'node:path';
import { ConnectionError, Refusal } from '../base/errors.ts';
import { requestFrom } from '../connections/http.ts';
import { CONTAINER_NAME, MOUNT_TARGETS } from '../releases/releases.ts';
import { type ContainerSummary, LABEL } from './compose_project.ts';
import type { Target } from './module.ts';

/** Where the product's compose files mount what the containers of that name keep. */
const STOCK_DIRECTORIES: Readonly<Record<string, readonly (readonly [target: string, source: string])[]>> = {
  'trains-elastic': [[MOUNT_TARGETS.elastic[0], '/opt/trains/data/elastic']],
  'trains-mongo': [
    [MOUNT_TARGETS.mongo[0], '/opt/trains/data/mongo/db'],
    [MOUNT_TARGETS.mongo[1], '/opt/trains/data/mongo/configdb'],
  ],
  'trains-fileserver': [[MOUNT_TARGETS.fileserver[0], '/opt/trains/data/fileserver']],
};

const CONFIG = ['/opt/trains/config', '/opt/trains/config'] as const;

/** These containers are on the host's own network. */
const API = 'http://127.0.0.1:8008/server.info';

/** ms to wait for the API. */
const API_PATIENCE = 10_000;

/** Containers with the product's names that no compose has started; none unless the databases' are among them. */
export function findPlain(containers: readonly ContainerSummary[]): ContainerSummary[] {
  const plain = containers.filter(({ name, labels }) => CONTAINER_NAME.test(name) && labels[LABEL.project] === undefined);
  return plain.some(({ name }) => name in STOCK_DIRECTORIES) ? plain : [];
}

/** The Refusal that lists them with their data, and says how the same release becomes a compose project on the same data. */
export async function plainServer(
  plain: readonly ContainerSummary[],
  { main, taken }: { main: string; taken: readonly string[] },
  target: Target,
): Promise<Refusal> {
  const listed = plain.map((container) => `${container.name} (${[container.state, ...keptIn(container)].join(', ')})`);
  const message = `${target.host}: the server was started with docker run, not with compose: ${listed.join('; ')}; no compose file at ${main}`;
  const state = 'nothing was changed';
  const release = await releaseOf(target);
  if (release === undefined) {
    const names = plain.map(({ name }) => name).join(' ');
    const next = `on ${target.host}: docker start ${names}, and run this again when ${API} answers: the compose file has to be the one of its release`;
    return new Refusal(`${message}; its API does not answer`, { state, next });
  }
  const commands = [...setAside(plain, taken, target), ...compose(plain, { main, release }, target)];
  return new Refusal(message, { state, next: `on ${target.host}: ${commands.join(' && ')}; then run this again` });
}

/** What is mounted at a container's data, as the operator reads it. */
function keptIn(container: ContainerSummary): string[] {
  return (STOCK_DIRECTORIES[container.name] ?? []).map(([target]) => {
    const directory = boundTo(container, target);
    return directory ? `${target} is ${directory}` : `${target} is in a Docker volume that no compose file mounts`;
  });
}

const boundTo = ({ mounts }: ContainerSummary, target: string) =>
  mounts.find((mount) => mount.type === 'bind' && mount.target === target)?.source;

/** Stopped for good and renamed, never removed. Data in Docker volumes are copied out while their containers are stopped. */
function setAside(plain: readonly ContainerSummary[], taken: readonly string[], target: Target): string[] {
  const names = plain.map(({ name }) => name).join(' ');
  const copies = plain.flatMap((container) =>
    (STOCK_DIRECTORIES[container.name] ?? [])
      .filter(([inside]) => boundTo(container, inside) === undefined)
      .map(
        ([inside, outside]) =>
          `mkdir -p ${posix.dirname(outside)} && mkdir ${outside} && docker cp -a ${container.name}:${inside}/. ${outside}`,
      ),
  );
  const aside = (name: string) => (taken.includes(`${name}-old`) ? `${name}-old-${target.run.stamp}` : `${name}-old`);
  const renames = plain.map(({ name }) => `docker rename ${name} ${aside(name)}`);
  return [`docker update --restart=no ${names}`, `docker stop ${names}`, ...copies, ...renames];
}

/** The file of the same release: its variables are those that this release reads. */
function compose(
  plain: readonly ContainerSummary[],
  { main, release }: { readonly main: string; readonly release: string },
  target: Target,
): string[] {
  const elsewhere = plain.flatMap((container) =>
    [...(STOCK_DIRECTORIES[container.name] ?? []), CONFIG].flatMap(([inside, stock]) => {
      const directory = boundTo(container, inside);
      if (directory === undefined || directory === stock) return [];
      return [`sed -i 's#source: ${stock}$#source: ${directory}#; s#- ${stock}:#- ${directory}:#' ${main}`];
    }),
  );
  const directory = posix.dirname(main);
  const file = `https://raw.githubusercontent.com/allegroai/trains-server/${release}/docker-compose.yml`;
  const up = `${target.facts.compose.command.join(' ') || 'docker-compose'} up -d`;
  // whatever was pulled since, latest has to be what these containers ran
  const application = plain.find(({ name }) => name === 'trains-apiserver');
  const retag = application ? [`docker tag ${application.imageId} allegroai/trains:latest`] : [];
  return [...retag, `mkdir -p ${directory}`, `curl -fL ${file} -o ${main}`, ...new Set(elsewhere), `cd ${directory}`, up];
}

/** "0.11.0", as its API says; 0.10.1 where the API does not know the question, as up to 0.10: one file fits these. undefined: no answer. */
async function releaseOf(target: Target): Promise<string | undefined> {
  try {
    const signal = AbortSignal.any([target.signal, AbortSignal.timeout(API_PATIENCE)]);
    const answer = await requestFrom(target.connection, new URL(API), { signal });
    if (answer.status === 404) return '0.10.1';
    if (answer.status !== 200) return undefined;
    const { data } = JSON.parse(answer.body.toString()) as { data?: { version?: unknown } };
    return /^\d+\.\d+\.\d+/.exec(String(data?.version))?.[0];
  } catch (error) {
    if (error instanceof ConnectionError || target.signal.aborted) throw error;
    return undefined;
  }
}
