// The two servers of a migration: the old one on the clone and the new one on the target, alone on a network without a way out, with no
// port on the host. The new one may fetch from `es5:9200` and from nowhere else.
import { ConnectionError, TaskError } from '../base/errors.ts';
import type { Connection } from '../connections/connection.ts';
import type { Docker } from '../connections/docker.ts';
import { type Elasticsearch, openElasticsearch } from '../connections/elasticsearch.ts';
import { endOf, waitUntilHealthy } from './server.ts';

export interface PairOptions {
  readonly run: string;
  /** the source directory as the user names it: what leftovers of dead runs are found by */
  readonly source: string;
  readonly directories: { readonly source: string; readonly target: string };
  readonly images: { readonly source: string; readonly target: string };
  /** as -Xmx takes it */
  readonly heap: { readonly source: string; readonly target: string };
  readonly signal: AbortSignal;
}

export interface Pair {
  readonly source: Elasticsearch;
  readonly target: Elasticsearch;
  /** "5.6.16" and "7.6.2", as they answered */
  readonly versions: { readonly source: string; readonly target: string };
  /** Runs work that needs both servers; the end of either is noticed at once and told with its last lines. */
  whileUp<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Stops both cleanly, the new one first; throws if the new one had to be killed. */
  stop(): Promise<void>;
}

/** What containers and networks of a migration bear; its value is the source directory. */
export const LABEL = 'switchyard.migration';
const DATA = '/usr/share/elasticsearch/data';
const STOP_SECONDS = 120;
const START_SECONDS = 1800; // a large translog is replayed at the start; a server that ends is noticed at once

const COMMON = [
  'cluster.name=trains',
  'node.name=trains',
  'discovery.type=single-node',
  'bootstrap.memory_lock=false',
  'xpack.security.enabled=false',
  'xpack.monitoring.enabled=false',
  'xpack.ml.enabled=false',
  'cluster.routing.allocation.node_initial_primaries_recoveries=500',
];
/** The old server gets no new shards: a nearly full disk must not keep it from opening those it has. */
const SOURCE = [...COMMON, 'cluster.routing.allocation.disk.threshold_enabled=false'];
const WATERMARK = 'cluster.routing.allocation.disk.watermark';
/** Watermarks in bytes: 85 % of a large disk would refuse long before it is full. Indexing is the bottleneck, so it gets the memory. */
const TARGET = [
  ...COMMON,
  'cluster.routing.allocation.disk.threshold_enabled=true',
  `${WATERMARK}.low=500mb`,
  `${WATERMARK}.high=500mb`,
  `${WATERMARK}.flood_stage=500mb`,
  'indices.memory.index_buffer_size=40%',
  'reindex.remote.whitelist=es5:9200',
];

/** Removes containers and networks that an earlier run for this source left, running or not. Only what bears our label. */
export async function removePair(docker: Docker, source: string): Promise<void> {
  const filters = { label: [`${LABEL}=${source}`] };
  for (const { Id } of await docker.listContainers({ all: true, filters })) await docker.getContainer(Id).remove({ force: true, v: true });
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
}

/** Starts both servers and waits until each has all its shards. What it made is removed by removePair, also when it throws. */
export async function startPair(connection: Connection, docker: Docker, options: PairOptions): Promise<Pair> {
  const name = `switchyard-${options.run.replace(/[^\w.-]/g, '-')}`;
  const labels = { [LABEL]: options.source, 'switchyard.run': options.run };
  await docker.createNetwork({ Name: name, Internal: true, Labels: labels });
  const start = async (side: 'source' | 'target', alias: string, settings: readonly string[]): Promise<Docker.Container> => {
    const container = await docker.createContainer({
      name: `${name}-${alias}`,
      Image: options.images[side],
      Labels: labels,
      StopTimeout: STOP_SECONDS,
      Env: [`ES_JAVA_OPTS=-Xms${options.heap[side]} -Xmx${options.heap[side]}`, ...settings],
      HostConfig: {
        NetworkMode: name,
        Binds: [`${options.directories[side]}:${DATA}`],
        SecurityOpt: ['label=disable'], // relabelling would reach the original through the hard links
      },
      NetworkingConfig: { EndpointsConfig: { [name]: { Aliases: [alias] } } },
    });
    await container.start();
    return container;
  };
  const servers = {
    source: await start('source', 'es5', SOURCE),
    target: await start('target', 'es7', TARGET),
  };
  const up = guard([
    { container: servers.source, name: `Elasticsearch 5 (${options.images.source})` },
    { container: servers.target, name: `Elasticsearch 7 (${options.images.target})` },
  ]);
  const clients = {
    source: openElasticsearch(connection, await addressOf(servers.source, name)),
    target: openElasticsearch(connection, await addressOf(servers.target, name)),
  };
  const ready = async (side: 'source' | 'target', signal: AbortSignal): Promise<string> => {
    await waitUntilHealthy(clients[side], { seconds: START_SECONDS, minimum: 'yellow', signal });
    return (await clients[side].info<{ version: { number: string } }>()).body.version.number;
  };
  const [source, target] = await up(options.signal, (signal) => Promise.all([ready('source', signal), ready('target', signal)]));
  refuseVersions(options, source, target);
  return {
    ...clients,
    versions: { source, target },
    whileUp: (work) => up(options.signal, work),
    stop: async () => {
      await Promise.all([clients.source.close(), clients.target.close()]);
      await servers.target.stop({ t: STOP_SECONDS });
      const { ExitCode } = (await servers.target.inspect()).State;
      if (ExitCode !== 0 && ExitCode !== 143) throw new TaskError(`Elasticsearch 7 did not stop cleanly: exit code ${ExitCode}`);
      await servers.source.stop({ t: STOP_SECONDS });
    },
  };
}

function refuseVersions({ images }: PairOptions, source: string, target: string): void {
  if (!source.startsWith('5.')) throw new TaskError(`source_image ${images.source} is Elasticsearch ${source}, not 5.x`);
  if (!target.startsWith('7.')) throw new TaskError(`target_image ${images.target} is Elasticsearch ${target}, not 7.x`);
}

async function addressOf(container: Docker.Container, network: string): Promise<{ host: string; port: number }> {
  const host = (await container.inspect()).NetworkSettings.Networks[network]?.IPAddress;
  if (!host) throw (await endOf(container, 'Elasticsearch')) ?? new TaskError(`Docker gave a container of ${network} no address`);
  return { host, port: 9200 };
}

interface Watched {
  readonly container: Docker.Container;
  readonly name: string;
}

/** Runs work beside a watch on each container. Work that fails while a server is gone fails because the server is gone. */
function guard(watched: readonly Watched[]): <T>(outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>) => Promise<T> {
  const ends = watched.map(({ container, name }) =>
    container.wait().then(
      async () => Promise.reject((await endOf(container, name)) ?? new TaskError(`${name} was restarted by somebody`)),
      () => new Promise<never>(() => {}), // the watch itself was cut: the work's own calls tell why
    ),
  );
  for (const end of ends) end.catch(() => {}); // nobody may be listening: a clean stop ends it, too
  return async (outer, work) => {
    const inner = new AbortController();
    try {
      return await Promise.race([work(AbortSignal.any([outer, inner.signal])), ...ends]);
    } catch (error) {
      inner.abort(error);
      if (outer.aborted || error instanceof TaskError || error instanceof ConnectionError) throw error;
      for (const { container, name } of watched) {
        const end = await endOf(container, name);
        if (end) throw end;
      }
      throw error;
    }
  };
}
