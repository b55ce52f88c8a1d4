// Filling a host's Elasticsearch, Mongo and Redis with data.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Docker } from './docker.ts';
import { EVENT_KINDS, OLD_COMPANY, OLD_INDEX, type SeedDocument, seedDocuments, TASKS } from './documents.ts';
import { LabError } from './errors.ts';
import { containerOf } from './host.ts';
import { apiContainer, INSTALLATIONS, type Kind } from './kinds.ts';
import { limit } from './pool.ts';
import { COMPANY, LAB_DIR, type Release } from './settings.ts';
import type { HostState } from './state.ts';

const BULK_BYTES = 6_000_000;
const BULK = "curl -sS -H 'Content-Type: application/x-ndjson' --data-binary @- 'localhost:9200/_bulk?filter_path=errors,items.*.error'";

/** Adds documents to what is there and returns the host as it is then. Wants a running server of release 0.15 or older. */
export async function seedHost(docker: Docker, host: HostState, count: number): Promise<HostState> {
  const name = containerOf(host.number);
  const version = /"number" : "([^"]+)"/.exec((await docker.try(['exec', name, 'curl', '-s', 'localhost:9200'])).stdout)?.[1];
  if (version === undefined) throw new LabError(`lab-${host.number}: Elasticsearch does not answer on port 9200; try: npm run lab -- up`);
  if (!version.startsWith('5.')) {
    throw new LabError(`lab-${host.number}: runs Elasticsearch ${version}; only 0.15 and older are seeded: npm run lab -- up --fresh`);
  }
  const { release } = INSTALLATIONS[host.kind];
  for (const index of fiveShards(release)) await createIndex(docker, name, index);
  const slot = limit(2);
  const work: Promise<void>[] = [];
  for (const body of bulks(documentsOf(release, count, host.documents))) {
    // not more bodies in memory than are on their way
    if (work.length >= 4) await work[work.length - 4];
    work.push(slot(() => send(docker, name, body)));
  }
  await Promise.all(work);
  await docker.run(['exec', name, 'curl', '-sf', '-XPOST', 'localhost:9200/_refresh']);
  await seedMongo(docker, name, host.kind);
  return { ...host, documents: host.documents + count };
}

/** Servers installed before 0.13 have five shards for life; a later one has such an index only from an older tenant. */
function fiveShards(release: Release): string[] {
  return release === '0.13' ? [OLD_INDEX, ...EVENT_KINDS.map((kind) => `events-${kind}-${COMPANY}`)] : [OLD_INDEX];
}

async function createIndex(docker: Docker, name: string, index: string): Promise<void> {
  const settings = JSON.stringify({ settings: { number_of_shards: 5 } });
  const { stdout } = await docker.try(['exec', name, 'curl', '-s', '-XPUT', `localhost:9200/${index}`, '-d', settings]);
  if (/"status":\d/.test(stdout) && !stdout.includes('already_exists')) throw new LabError(`${name}: index ${index}: ${stdout.trim()}`);
}

/** Before 0.12 there are no statistics: those of the documents are left out. */
function* documentsOf(release: Release, count: number, from: number): Generator<SeedDocument> {
  for (const document of seedDocuments(count, from)) if (release !== '0.11' || document.type === 'event') yield document;
}

function* bulks(documents: Iterable<SeedDocument>): Generator<string> {
  let lines: string[] = [];
  let bytes = 0;
  for (const { index, type, id, routing, source } of documents) {
    const pair = `${JSON.stringify({ index: { _index: index, _type: type, _id: id, _routing: routing } })}\n${JSON.stringify(source)}\n`;
    lines.push(pair);
    bytes += pair.length;
    if (bytes < BULK_BYTES) continue;
    yield lines.join('');
    lines = [];
    bytes = 0;
  }
  if (lines.length > 0) yield lines.join('');
}

async function send(docker: Docker, name: string, body: string): Promise<void> {
  const answer = await docker.run(['exec', '-i', name, 'sh', '-c', BULK], { input: body, seconds: 180 });
  if (!answer.startsWith('{"errors":false')) throw new LabError(`${name}: Elasticsearch refused documents: ${answer.slice(0, 400)}`);
}

/** Runs in the apiserver's container, which has the drivers and reaches both databases. */
async function seedMongo(docker: Docker, name: string, kind: Kind): Promise<void> {
  const program = await readFile(join(LAB_DIR, 'seed_mongo.py'), 'utf8');
  const data = JSON.stringify({ company: COMPANY, oldCompany: OLD_COMPANY, tasks: TASKS });
  await docker.run(['exec', '-i', name, 'docker', 'exec', '-i', apiContainer(kind), 'python3', '-c', program, data]);
}
