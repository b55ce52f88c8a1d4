// One Elasticsearch server, seen from outside: is it healthy, what did it say last, how did it end.
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionError, TaskError } from '../base/errors.ts';
import { type Docker, logText } from '../connections/docker.ts';
import { type Elasticsearch, elasticsearchFailure } from '../connections/elasticsearch.ts';

export interface Health {
  readonly status: 'green' | 'yellow' | 'red';
  readonly initializing_shards: number;
  readonly unassigned_shards: number;
}

export interface Waiting {
  /** how long to wait at most */
  readonly seconds: number;
  /** the least status that will do; a single server with replicas never gets beyond yellow */
  readonly minimum: 'yellow' | 'green';
  readonly signal: AbortSignal;
}

/** Shards that nobody is starting any more stay missing; Elasticsearch retries a failed one for some seconds. */
const RED_FOR_GOOD = 30_000;

/** Asks until all shards are up. Throws a TaskError with the last answer when the time is over or shards stay missing. */
export async function waitUntilHealthy(client: Elasticsearch, { seconds, minimum, signal }: Waiting): Promise<Health> {
  const until = Date.now() + seconds * 1000;
  let redSince = Number.POSITIVE_INFINITY;
  for (;;) {
    signal.throwIfAborted();
    const found = await lookAtHealth(client);
    if (typeof found !== 'string') {
      const { status, initializing_shards, unassigned_shards } = found;
      if (initializing_shards === 0 && (status === 'green' || status === minimum)) return found;
      const dead = status === 'red' && initializing_shards === 0 && unassigned_shards > 0;
      redSince = dead ? Math.min(redSince, Date.now()) : Number.POSITIVE_INFINITY;
    }
    if (Date.now() > Math.min(until, redSince + RED_FOR_GOOD)) throw new TaskError(`Elasticsearch ${await describe(client, found)}`);
    await sleep(250, undefined, { signal });
  }
}

/** The health, or why there was no answer. A lost link is nobody's health and is thrown. */
async function lookAtHealth(client: Elasticsearch): Promise<Health | string> {
  try {
    return (await client.cluster.health<Health>({}, { requestTimeout: 10_000 })).body;
  } catch (error) {
    if (error instanceof ConnectionError) throw error;
    return elasticsearchFailure(error);
  }
}

async function describe(client: Elasticsearch, found: Health | string): Promise<string> {
  if (typeof found === 'string') return `does not answer: ${found}`;
  const { status, initializing_shards: starting } = found;
  if (status !== 'red') return `is ${status} with ${starting} shards still starting`;
  const { body } = await client.cat.indices<readonly { index: string }[]>({ format: 'json', health: 'red' });
  return `is red: no copy of ${body.map(({ index }) => index).join(', ') || 'its state'} could be opened`;
}

/** The last lines a container wrote, both streams. Empty if there are none or it cannot be asked. */
export async function lastLines(container: Docker.Container, lines = 15): Promise<string> {
  try {
    const raw = await container.logs({ stdout: true, stderr: true, tail: lines, follow: false });
    return logText(raw as unknown as Buffer).trimEnd();
  } catch {
    return ''; // only ever an addition to an error that is told anyway
  }
}

/** Why a container is not running, as an error; undefined: it runs. Elasticsearch ends with 143 on a clean stop. */
export async function endOf(container: Docker.Container, name: string): Promise<TaskError | undefined> {
  const { State: state } = await container.inspect();
  if (state.Running && !state.Restarting) return undefined;
  const why = state.OOMKilled ? 'was killed for lack of memory' : state.Error || `ended with exit code ${state.ExitCode}`;
  return new TaskError(`${name} ${why}`, {
    output: await lastLines(container),
    next: state.OOMKilled || state.ExitCode === 137 ? 'free memory on the host or lower the heap, and run again' : undefined,
  });
}
