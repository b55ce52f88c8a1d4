// The offline migration as a story: clone, two servers, copy, proof, and only then the source gets its new name. Whatever fails before
// that leaves the source as it was, and nothing of ours running.
import { posix } from 'node:path';
import { ConnectionError, messageOf, Refusal, TaskError } from '../base/errors.ts';
import type { Progress } from '../base/progress.ts';
import type { Connection } from '../connections/connection.ts';
import { type Docker, openDocker } from '../connections/docker.ts';
import { elasticsearchFailure } from '../connections/elasticsearch.ts';
import { clonePath, makeClone, removeClones } from './clone.ts';
import { runPass } from './copy.ts';
import { makeTarget } from './directory.ts';
import { sizeText } from './fit.ts';
import { MigrationLog } from './log.ts';
import { type Pair, removePair, startPair } from './pair.ts';
import { type Partition, partition } from './partition.ts';
import { prove } from './proof.ts';
import { type Migrated, writeRecord } from './record.ts';
import { rename, succeed } from './shell.ts';
import { takeInventory } from './source.ts';
import { prepareTarget, settleTarget } from './target.ts';

/** All that is decided before the first change. */
export interface Order {
  readonly run: string;
  /** UTC YYYYMMDD_HHMMSS, for every name */
  readonly stamp: string;
  readonly source: string;
  /** the source without links, who owns it, its size */
  readonly real: string;
  readonly owner: string;
  readonly bytes: number;
  readonly target: string;
  /** the target holds an incomplete copy of an earlier run, to be set aside */
  readonly setAside: boolean;
  readonly images: { readonly source: string; readonly target: string };
  readonly heap: { readonly source: string; readonly target: string };
  readonly streams: number;
  readonly logDirectory: string;
  readonly allowOpenOriginal: boolean;
}

export interface Host {
  readonly connection: Connection;
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

type Seconds = { -readonly [part in keyof Migrated['seconds']]: number };

/** The name the source gets once the proof has passed. */
export function renamedPath({ source, stamp }: Pick<Order, 'source' | 'stamp'>): string {
  return posix.join(posix.dirname(source), `elastic_migrated_${stamp}`);
}

/** Throws a TaskError that says what is left where. A lost link leaves containers and clone behind: the next run removes them first. */
export async function migrate(order: Order, host: Host): Promise<Migrated> {
  const log = new MigrationLog(host.connection, order.logDirectory, order);
  let migrated: Migrated;
  try {
    migrated = await fill(order, host, log);
  } catch (error) {
    throw await failed(error, order, { host, log });
  }
  return finish(migrated, order, { host, log });
}

async function fill(order: Order, host: Host, log: MigrationLog): Promise<Migrated> {
  const { connection, signal } = host;
  const docker = openDocker(connection, signal);
  const seconds: Seconds = { clone: 0, pair: 0, copy: 0, proof: 0 };
  const timed = stopwatch(seconds);
  await succeed(connection, `cannot make ${order.logDirectory}`, ['mkdir', '-p', '--', order.logDirectory]);
  await tell(
    log,
    `Run ${order.run}: ${order.source} (${order.images.source}, ${sizeText(order.bytes)}) to ${order.target} (${order.images.target})`,
  );
  await removePair(docker, order.source);
  await removeClones(connection, order.real);
  host.progress({ text: `clone ${order.source}` });
  const opened = await timed('clone', () => clone(order, host, log));
  await makeRoom(order, host, log);
  host.progress({ text: 'start Elasticsearch 5 and 7' });
  const directories = { source: opened, target: order.target };
  const pair = await timed('pair', () => startPair(connection, docker, { ...order, directories, signal }));
  await tell(log, `Elasticsearch ${pair.versions.source} and ${pair.versions.target} answer after ${seconds.pair} s`);
  const copied = await pair.whileUp((up) => copyAndProve(pair, order, { host, log, up, timed }));
  host.progress({ text: 'stop Elasticsearch 5 and 7' });
  await pair.stop();
  await tidy(docker, order, connection);
  await tell(log, `Both servers are stopped; copied in ${seconds.copy} s, proven in ${seconds.proof} s`);
  return { ...copied, renamed_to: renamedPath(order), log: log.path, seconds };
}

/** The directory the old server opens. */
async function clone(order: Order, { connection, signal }: Host, log: MigrationLog): Promise<string> {
  const path = clonePath(order.real, order.run);
  try {
    const files = await makeClone(connection, order.real, path, signal);
    await tell(log, `Cloned ${files} files of ${order.source}; the original is not opened`);
    return path;
  } catch (error) {
    if (!(error instanceof Refusal) || !order.allowOpenOriginal) throw error;
    await tell(log, `${error.message}; the original is opened, as allow_open_original says`);
    return order.real;
  }
}

/** From here on the target is ours: the record beside it says so before the first byte is in it. */
async function makeRoom(order: Order, { connection }: Host, log: MigrationLog): Promise<void> {
  if (order.setAside) {
    const aside = `${order.target}.incomplete_${order.stamp}`;
    await rename(connection, order.target, aside);
    await tell(log, `Set the incomplete copy of an earlier run aside as ${aside}`);
  }
  await writeRecord(connection, order.target, { run: order.run, source: order.source, state: 'filling' });
  await makeTarget(connection, order.target, order.owner);
}

interface Work {
  readonly host: Host;
  readonly log: MigrationLog;
  readonly up: AbortSignal;
  readonly timed: ReturnType<typeof stopwatch>;
}

async function copyAndProve(
  pair: Pair,
  order: Order,
  work: Work,
): Promise<Pick<Migrated, 'documents' | 'indices' | 'skipped' | 'certificate'>> {
  const { log, up, timed } = work;
  const { indices, skipped } = await takeInventory(pair.source);
  const documents = indices.reduce((all, index) => all + index.documents, 0);
  if (skipped.length > 0) await tell(log, `Not copied, as they are Elasticsearch's own: ${skipped.join(', ')}`);
  const partitions: Partition[] = [];
  for (const index of indices) partitions.push(...(await partition(pair.source, index)));
  await prepareTarget(pair.target, indices, order.run);
  await tell(
    log,
    `${indices.length} indices will be copied: ${documents} documents in ${partitions.length} partitions, ${order.streams} at a time`,
  );
  const options = { run: order.run, streams: order.streams, signal: up };
  const copied = await timed('copy', () =>
    runPass(pair.target, partitions, { ...options, pass: 'copy', onProgress: pace(work.host, 'copy', documents) }),
  );
  await tell(log, `Copied: ${copied.created} documents created, ${copied.retries} partitions begun again`);
  const certificate = await timed('proof', () =>
    prove(pair, { indices, partitions }, { ...options, onProgress: pace(work.host, 'prove', documents) }),
  );
  for (const { index, source, target } of certificate.indices)
    log.say(`Index ${index}: ${source} documents in the source, ${target} in the target`);
  await tell(log, `Proven: both sides hold the same ${certificate.documents} documents`);
  await settleTarget(pair.target, indices);
  return { documents, indices: indices.map((index) => ({ index: index.name, documents: index.documents })), skipped, certificate };
}

async function finish(migrated: Migrated, order: Order, { host, log }: Pick<Work, 'host' | 'log'>): Promise<Migrated> {
  const { connection } = host;
  const record = { run: order.run, source: order.source, migrated };
  try {
    await writeRecord(connection, order.target, { ...record, state: 'proven' });
    await rename(connection, order.source, migrated.renamed_to);
  } catch (error) {
    if (error instanceof ConnectionError) throw error;
    throw new TaskError(messageOf(error), {
      state: `${order.target} holds every document, proven; ${order.source} still has its name, so the old server can be started again`,
      next: 'mend the cause and run again: the copy is begun anew',
      cause: error,
    });
  }
  await writeRecord(connection, order.target, { ...record, state: 'complete' });
  log.complete(order.source, migrated.renamed_to);
  await log.save();
  return migrated;
}

/** Stops and removes what is ours, and gives the error to throw. With the link lost nothing can be tidied: the error says enough. */
async function failed(error: unknown, order: Order, { host, log }: Pick<Work, 'host' | 'log'>): Promise<unknown> {
  if (error instanceof ConnectionError) return error;
  const detail = error instanceof TaskError ? error.detail : {};
  const left: string[] = [];
  try {
    await tidy(openDocker(host.connection), order, host.connection); // the run's signal may be what ended it
    log.say(`${elasticsearchFailure(error)}\n${detail.output ?? ''}`);
    await tell(log, `The upgrade did not complete. ${order.source} is untouched.`);
  } catch (second) {
    if (second instanceof ConnectionError) return second;
    left.push(`not everything could be tidied up: ${messageOf(second)}`);
  }
  if (error instanceof Refusal && left.length === 0) return error;
  if (host.signal.aborted && left.length === 0) return host.signal.reason;
  const state = [
    `${order.source} is untouched and the old server can be started again`,
    `${order.target} may hold an incomplete copy`,
    ...left,
  ];
  const next = detail.next ?? 'mend the cause and run again: the incomplete copy is set aside, not deleted';
  return new TaskError(elasticsearchFailure(error), { ...detail, state: state.join('; '), next, cause: error });
}

async function tidy(docker: Docker, order: Order, connection: Connection): Promise<void> {
  await removePair(docker, order.source);
  await removeClones(connection, order.real);
}

async function tell(log: MigrationLog, text: string): Promise<void> {
  log.say(text);
  await log.save();
}

function stopwatch(seconds: Seconds): <T>(part: keyof Seconds, work: () => Promise<T>) => Promise<T> {
  return async (part, work) => {
    const begun = performance.now();
    try {
      return await work();
    } finally {
      seconds[part] = Math.round((performance.now() - begun) / 100) / 10;
    }
  };
}

/** Turns counts into progress with rate and time left. */
function pace(host: Host, verb: string, total: number): (done: number, index: string) => void {
  const begun = performance.now();
  return (done, index) => {
    const rate = Math.round(done / Math.max(0.001, (performance.now() - begun) / 1000));
    const left = rate > 0 ? { seconds_left: Math.ceil((total - done) / rate) } : {};
    host.progress({ text: `${verb} ${index}`, done, total, unit: 'documents', rate, ...left });
  };
}
