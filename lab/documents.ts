// The data of a Trains Server that has been in use for a while, made from a seed: the same number gives the same documents.
import { createHash } from 'node:crypto';
import { COMPANY } from './settings.ts';

export interface SeedDocument {
  readonly index: string;
  readonly type: 'event' | 'stat' | 'metrics';
  /** Without one Elasticsearch chooses. */
  readonly id?: string;
  /** Events are kept with their task; statistics are not. */
  readonly routing?: string;
  readonly source: Readonly<Record<string, unknown>>;
}

/** A tenant of older days, whose index has five shards for life. */
export const OLD_COMPANY = '3f2b8a1c5d7e4960b1a2c3d4e5f60718';
export const OLD_INDEX = `events-log-${OLD_COMPANY}`;
export const EVENT_KINDS = ['log', 'training_stats_scalar', 'training_stats_vector', 'plot', 'training_debug_image'] as const;

const MONTHS = ['2020-03', '2020-04', '2020-05', '2020-06', '2020-07', '2020-08'];
const BEGIN = Date.UTC(2020, 2, 2);
const END = Date.UTC(2020, 7, 30);
const METRICS = ['loss', 'accuracy', 'learning rate', 'Präzision', '損失'];
const VARIANTS = ['train', 'validation', 'test'];

export const TASKS: readonly string[] = Array.from({ length: 41 }, (_, i) => md5(`task ${i}`));

/** Documents number `from` to `from + count - 1`. Ids depend on the number alone, so a later seed adds and does not overwrite. */
export function* seedDocuments(count: number, from = 0): Generator<SeedDocument> {
  for (let i = from; i < from + count; i++) yield seedDocument(i);
}

function seedDocument(i: number): SeedDocument {
  const random = generator(i);
  const share = i % 1000;
  if (share === 999)
    return event('plot', i, random, { metric: 'confusion matrix', iter: iteration(i), plot_str: plot(random, plotSize(i)) });
  if (share >= 990) return event('training_stats_vector', i, random, { iter: iteration(i), value: vector(random) });
  if (share >= 960) return oldLog(i, random);
  if (share >= 900) return image(i, random);
  if (share >= 880) return queue(i, random);
  if (share >= 780) return worker(i, random);
  return share < 430 ? event('training_stats_scalar', i, random, { iter: iteration(i), value: round(random() * 10) }) : log(i, random);
}

function event(kind: (typeof EVENT_KINDS)[number], i: number, random: () => number, fields: Record<string, unknown>): SeedDocument {
  const task = TASKS[i % TASKS.length]!;
  const timestamp = moment(random);
  const source = {
    timestamp,
    type: kind,
    task,
    worker: `worker-${i % 16}`,
    metric: METRICS[Math.floor(i / TASKS.length) % METRICS.length],
    variant: VARIANTS[Math.floor(i / TASKS.length / METRICS.length) % VARIANTS.length],
    ...fields,
    '@timestamp': new Date(timestamp + 20 + Math.floor(random() * 2000)).toISOString(),
  };
  return { index: `events-${kind}-${COMPANY}`, type: 'event', id: eventId(source), routing: task, source };
}

/** As the server makes it: reporting the same thing again overwrites. */
function eventId(source: Readonly<Record<string, unknown>>): string {
  return md5(['task', 'iter', 'metric', 'variant', 'key'].flatMap((name) => (source[name] === undefined ? [] : [source[name]])).join('-'));
}

/** Every iteration of a task has each metric and variant once: the number of the document decides, so ids do not meet. */
function iteration(i: number): number {
  return Math.floor(i / (TASKS.length * METRICS.length * VARIANTS.length));
}

function image(i: number, random: () => number): SeedDocument {
  const key = `image_${i}`;
  const url = `http://files.example:8081/${TASKS[i % TASKS.length]}/${md5(key)}.jpg`;
  return event('training_debug_image', i, random, { metric: 'debug', iter: iteration(i), key, url });
}

function log(i: number, random: () => number): SeedDocument {
  const { source, ...rest } = event('log', i, random, { metric: '', variant: '', level: 'INFO', msg: message(random) });
  // the oldest writers left the server's time out
  const { '@timestamp': written, ...old } = source as Record<string, unknown>;
  return { ...rest, id: md5(`log ${i}`), source: i % 97 === 0 ? old : { ...old, '@timestamp': written } };
}

function oldLog(i: number, random: () => number): SeedDocument {
  return { ...log(i, random), index: OLD_INDEX };
}

function worker(i: number, random: () => number): SeedDocument {
  const month = MONTHS[i % MONTHS.length]!;
  const metric = ['cpu_usage', 'gpu_usage', 'memory_used', 'network_rx'][i % 4]!;
  const source = {
    timestamp: Date.parse(`${month}-01`) + Math.floor(random() * 27 * 86_400_000),
    worker: `host-${i % 7}:gpu${i % 2}`,
    company: 'trains',
    task: i % 5 === 0 ? null : TASKS[i % TASKS.length],
    category: metric.split('_')[0],
    metric,
    variant: 'total',
    value: round(random() * 100),
  };
  return { index: `worker_stats_${COMPANY}_${month}`, type: 'stat', source };
}

function queue(i: number, random: () => number): SeedDocument {
  const month = MONTHS[i % MONTHS.length]!;
  const source = {
    timestamp: Date.parse(`${month}-01`) + Math.floor(random() * 27 * 86_400_000),
    queue: md5(`queue ${i % 4}`),
    average_waiting_time: round(random() * 600),
    queue_length: Math.floor(random() * 20),
  };
  return { index: `queue_metrics_${COMPANY}_${month}`, type: 'metrics', source };
}

const WORDS =
  'epoch loss train valid accuracy step batch gradient optimizer checkpoint saved model cuda memory tensor shape elapsed eta'.split(' ');
const PHRASES = [
  'Überprüfung läuft …',
  '学習を再開します',
  'точность выросла',
  'modèle enregistré ✓',
  '🚂 12/100\r🚂 13/100',
  'path\\to\t"quoted"',
  'مرحبا',
];

/** A few lines of a training log: mostly ASCII, with what really turns up between. */
function message(random: () => number): string {
  const lines = Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
    const words = Array.from({ length: 6 + Math.floor(random() * 12) }, () => `${pick(WORDS, random)} ${round(random() * 1000)}`);
    return random() < 0.15 ? `${words.join(' ')} ${pick(PHRASES, random)}` : words.join(' ');
  });
  return lines.join('\n');
}

function vector(random: () => number): number[] {
  return Array.from({ length: 10 }, () => round(random()));
}

/** Most plots are some ten KB; every fifth has several hundred. */
function plotSize(i: number): number {
  return Math.floor(i / 1000) % 5 === 0 ? 300_000 + (i % 7) * 60_000 : 20_000;
}

function plot(random: () => number, size: number): string {
  const y: number[] = [];
  for (let length = 0; length < size; length += 8) y.push(round(random() * 100));
  return JSON.stringify({ data: [{ type: 'scatter', y }], layout: { title: 'Verlauf – 曲線' } });
}

function moment(random: () => number): number {
  return BEGIN + Math.floor(random() * (END - BEGIN));
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)]!;
}

/** A number generator of its own for each document (splitmix32): documents do not depend on their order. */
function generator(seed: number): () => number {
  let state = (Math.imul(seed, 0x9e37_79b9) + 0x5bd1_e995) | 0;
  return () => {
    state = (state + 0x9e37_79b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0_aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a_2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
  };
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
