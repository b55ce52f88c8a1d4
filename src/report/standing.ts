// Where upgrades stand, as text for a person and as JSON for a program. What to type next comes last: nearest to the prompt.
import type { NextCommand } from '../run/next.ts';
import type { LastRun } from '../run/receipt.ts';
import type { Standing, StandingRow } from '../run/standing.ts';
import { type Paint, painter, type Tone } from './color.ts';
import { table } from './table.ts';
import { counted, oneLine, plain, wrapped } from './words.ts';

export interface StandingTextOptions {
  /** no line is longer, but for a single word that is */
  readonly columns: number;
  readonly color: boolean;
  /** the states of the way in their order, by key and name */
  readonly way: readonly { readonly state: string; readonly name: string }[];
}

const LABEL_WIDTH = 12;

/** A table of the hosts where there are several, then a block a host. Ends with a line break. */
export function standingText(rows: readonly StandingRow[], options: StandingTextOptions): string {
  const paint = painter(options.color);
  const blocks = rows.map((row) => block(row, options, paint));
  const all = rows.length > 1 ? [overview(rows, options, paint), ...blocks] : blocks;
  return `${all.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/**
 * `version` rises when a key changes its meaning or goes away; new keys and states may come at any time. null is what is not there, "unknown"
 * what could not be looked at.
 */
export function standingJson(rows: readonly StandingRow[]): string {
  const hosts = rows.map(({ lock, last_run, outcome, fencing, next, ...row }) => ({
    ...row,
    fencing: fencing ?? null,
    lock: lockData(lock),
    last_run:
      typeof last_run === 'object' ? { run: last_run.run, change: last_run.change ?? null, outcome: outcome ?? null } : (last_run ?? null),
    next: { says: next.says, commands: next.commands.map(({ on, words }) => ({ on, command: words.join(' ') })) },
  }));
  return `${JSON.stringify({ version: 1, hosts }, undefined, 2)}\n`;
}

function lockData(lock: Standing['lock']): unknown {
  if (typeof lock !== 'object') return lock ?? null;
  const { run = null, who = null, since = null } = lock.holder ?? {};
  return { run, who, since, age_seconds: lock.age };
}

function overview(rows: readonly StandingRow[], { columns }: StandingTextOptions, paint: Paint): string[] {
  const cells = rows.map(({ host, name, runs, old }) => [host, name, runs, old.usable].map((text) => oneLine(plain(text))));
  const [head, ...lines] = table([['host', 'state', 'runs now', 'old server usable'], ...cells]).map((line) => cutOff(line, columns));
  return [paint('strong', head!), ...lines.map((line, index) => paint(toneOf(rows[index]!), line))];
}

function block(row: StandingRow, options: StandingTextOptions, paint: Paint): string[] {
  const field = (label: string, text: string, tone?: Tone): string[] =>
    wrapped(oneLine(plain(text)), options.columns - LABEL_WIDTH - 2).map(
      (line, index) => `  ${paint('quiet', (index === 0 ? label : '').padEnd(LABEL_WIDTH))}${paint(tone, line)}`,
    );
  const onTheWay = options.way.some(({ state }) => state === row.state || (row.state === 'down' && state === 'up'));
  return [
    `${paint('strong', row.host)}  ${paint(toneOf(row), row.name)}  ${paint('quiet', row.directory)}`,
    ...(onTheWay ? wrapped(wayText(row, options), options.columns - 2).map((line) => `  ${line}`) : []),
    ...field('that is', row.means),
    ...field('runs now', row.fencing === undefined ? row.runs : `${row.runs}; ${row.fencing}`),
    ...field('old server', row.old.says),
    ...field('new server', row.new.says),
    ...row.seen.flatMap((line, index) => field(index === 0 ? 'seen' : '', line)),
    ...field('last run', lastRunText(row)),
    ...field('lock', lockText(row)),
    ...row.warnings.flatMap((line) => field('warning', line, 'bad')),
    ...field('next', row.next.says, 'strong'),
    ...commandLines(row, options.columns),
  ];
}

/** "untouched > stopped > [filling] > …" */
function wayText({ state, name }: Standing, { way }: StandingTextOptions): string {
  const steps = way.map((step) => {
    if (step.state === state || (state === 'down' && step.state === 'up'))
      return `[${step.state === 'written' ? 'has taken writes' : name}]`;
    return step.state === 'written' ? 'has taken writes' : step.name; // "new server" stands before it already
  });
  return steps.join(' > ');
}

function lastRunText({ last_run: last, outcome }: StandingRow): string {
  if (last === undefined) return 'none has changed this host';
  if (last === 'unknown') return 'not known';
  const ended = outcome ? `; on this controller it ended ${outcome.status}${outcome.message === '' ? '' : `: ${outcome.message}`}` : '';
  return `${last.run}: ${changeText(last.change)}${ended}`;
}

function changeText(change: LastRun['change']): string {
  if (change === undefined) return 'no change was begun';
  const when = `${new Date(change.time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return change.done
    ? `its last change was ${change.task}, done at ${when}`
    : `${change.task} was begun at ${when} and not ended: it failed, was broken off, or still goes on`;
}

function lockText({ lock }: StandingRow): string {
  if (lock === undefined) return 'nobody holds it';
  if (lock === 'unknown') return 'not known';
  const by = lock.holder ? `run ${lock.holder.run} of ${lock.holder.who} since ${lock.holder.since}` : `something else (${lock.text})`;
  return `held by ${by}; last sign of life ${counted(lock.age, 'second')} ago`;
}

/** The commands of one place as one: each goes on only after the one before, and is safe to paste as it stands. */
function commandLines({ host, next }: Standing, columns: number): string[] {
  const places: { on: NextCommand['on']; commands: (readonly string[])[] }[] = [];
  for (const { on, words } of next.commands) {
    const last = places.at(-1);
    if (last?.on === on) last.commands.push(words);
    else places.push({ on, commands: [words] });
  }
  const indent = ' '.repeat(LABEL_WIDTH + 2);
  return places.flatMap(({ on, commands }) => [
    `${indent}${on === 'host' ? `on ${host}` : 'here'}:`,
    ...commands.flatMap((words, index) => {
      const lines = broken(words.map(plain), columns - indent.length - 2 - ' && \\'.length);
      const end = index < commands.length - 1 ? ' && \\' : '';
      return lines.map((line, at) => `${indent}  ${line}${at < lines.length - 1 ? ' \\' : end}`);
    }),
  ]);
}

/** A shell's words in lines; later ones are set in. */
function broken(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(word);
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines;
}

const cutOff = (text: string, width: number) => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);

function toneOf({ state, warnings }: Standing): Tone {
  if (state === 'unknown' || state === 'unreachable' || warnings.length > 0) return 'bad';
  return state === 'untouched' || state === 'up' || state === 'written' ? 'good' : 'change';
}
