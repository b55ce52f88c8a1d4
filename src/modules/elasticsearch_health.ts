// Whether an Elasticsearch server is up, of the version that is expected, with the documents that are expected.
import { TaskError } from '../base/errors.ts';
import type { Connection } from '../connections/connection.ts';
import { isMissing, openDocker } from '../connections/docker.ts';
import { type Elasticsearch, openElasticsearch } from '../connections/elasticsearch.ts';
import { endOf, waitUntilHealthy } from '../migration/server.ts';
import type { ElasticsearchHealthArguments } from './arguments.ts';
import { applyNothing, type Module, type Target } from './module.ts';

export interface Held {
  readonly index: string;
  readonly documents: number;
}

export const elasticsearchHealth: Module<ElasticsearchHealthArguments> = {
  kind: 'probe',

  async check(args, target) {
    const client = openElasticsearch(target.connection, await addressOf(args, target));
    try {
      const { min_status: minimum = 'yellow', wait: seconds = 120 } = args;
      const { status } = await waitUntilHealthy(client, { seconds, minimum, signal: target.signal });
      const { body } = await client.info<{ version: { number: string } }>();
      const version = body.version.number;
      refuseVersion(args.version, version);
      const indices = await countIndices(client);
      refuseCounts(args, indices);
      const documents = indices.reduce((all, held) => all + held.documents, 0);
      const summary = `Elasticsearch ${version} is ${status}`;
      const figures = `${documents} documents in ${indices.length} indices`;
      return { status: 'ok', outputs: { version, status, documents, indices }, summary, figures };
    } finally {
      await client.close();
    }
  },

  apply: applyNothing,
};

/** The container's own address is reached also where no port is published; a container on the host's network has none. */
export async function addressOf(
  args: ElasticsearchHealthArguments,
  { connection }: Pick<Target, 'connection'>,
): Promise<{ host: string; port: number }> {
  const { container = 'trains-elastic', port = 9200 } = args;
  if (args.host !== undefined) return { host: args.host, port };
  const found = await inspect(connection, container);
  const own = Object.values(found.NetworkSettings.Networks).find(({ IPAddress }) => IPAddress)?.IPAddress;
  if (own) return { host: own, port };
  const published = found.NetworkSettings.Ports?.[`${port}/tcp`]?.[0]?.HostPort;
  return { host: '127.0.0.1', port: published ? Number(published) : port };
}

async function inspect(connection: Connection, name: string) {
  const container = openDocker(connection).getContainer(name);
  try {
    const found = await container.inspect();
    const end = found.State.Restarting ? undefined : await endOf(container, name);
    if (end) throw end;
    return found;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new TaskError(`there is no container ${name} on the host`, { next: 'start the server, or name its Elasticsearch container' });
  }
}

function refuseVersion(expected: string | undefined, found: string): void {
  if (expected === undefined || found === expected || found.startsWith(`${expected}.`)) return;
  throw new TaskError(`Elasticsearch is ${found}, expected ${expected}`);
}

/** Indices whose name begins with a dot are Elasticsearch's own and left out. */
export async function countIndices(client: Elasticsearch): Promise<readonly Held[]> {
  const { body } = await client.cat.indices<readonly { index: string }[]>({ format: 'json' });
  const names = body.map(({ index }) => index).filter((index) => !index.startsWith('.'));
  const counted = names.sort().map(async (index) => {
    const answer = await client.count<{ count: number }>({ index });
    return { index, documents: answer.body.count };
  });
  return Promise.all(counted);
}

function refuseCounts({ indices: expected = [], at_least: atLeast = false }: ElasticsearchHealthArguments, found: readonly Held[]): void {
  const differences = expected.flatMap(({ index, documents }) => {
    const held = found.find((one) => one.index === index)?.documents;
    if (held === documents || (atLeast && held !== undefined && held > documents)) return [];
    return [`${index} has ${held ?? 'no'} documents, expected ${atLeast ? 'at least ' : ''}${documents}`];
  });
  if (differences.length > 0) throw new TaskError(`Elasticsearch does not hold what it should: ${differences.join('; ')}`);
}
