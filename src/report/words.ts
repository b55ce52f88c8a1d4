// The words all reporters share: how a status, a number, a time and a failure read.
import { stripVTControlCharacters } from 'node:util';
import { withoutHost } from '../base/errors.ts';
import type { Failure, HostStatus, PlannedStage, RunEvent, TaskResult, TaskStatus } from '../run/events.ts';
import type { Tone } from './color.ts';

type Progress = Extract<RunEvent, { kind: 'task_progress' }>['progress'];

/** In the order in which counts are told. */
export const TASK_STATUSES = [
  'changed',
  'ok',
  'at_run_time',
  'cannot_tell',
  'skipped',
  'failed',
  'refused',
  'unreachable',
] as const satisfies TaskStatus[];

const CHECK_WORDS: Partial<Record<TaskStatus, string>> = {
  changed: 'would change',
  at_run_time: 'decided at run time',
  cannot_tell: 'cannot tell',
};

export function statusWord(status: TaskStatus | HostStatus, check: boolean): string {
  return (check && CHECK_WORDS[status as TaskStatus]) || status.replaceAll('_', ' ');
}

export function statusTone(status: TaskStatus | HostStatus): Tone {
  switch (status) {
    case 'ok':
    case 'ended':
      return 'good';
    case 'changed':
    case 'at_run_time':
    case 'cannot_tell':
      return 'change';
    case 'skipped':
    case 'not_run':
      return 'quiet';
    default:
      return 'bad';
  }
}

/** What a plan tells of a stage that asks first; empty for any other one. */
export function stageMark({ confirm, point_of_no_return: noReturn }: PlannedStage): string {
  return [...(noReturn ? ['point of no return'] : []), ...(confirm === undefined ? [] : [`asks first: ${oneLine(confirm)}`])].join('; ');
}

/** "Stop the servers now? (a, b)" */
export function approvalText({ question, point_of_no_return: noReturn, hosts }: Extract<RunEvent, { kind: 'approval_asked' }>): string {
  const parts = [...(question === undefined ? [] : [oneLine(question)]), ...(noReturn ? ['point of no return'] : [])];
  return `${parts.join('; ')} (${hosts.join(', ')})`;
}

export function approvedText({ approved, by }: Extract<RunEvent, { kind: 'approval_ended' }>): string {
  if (by === 'plan') return 'approved with the saved plan';
  return by === '--yes' ? 'approved by --yes' : approved ? 'approved at the terminal' : 'not approved';
}

/** What a list of a stage is for, where it begins. */
export function partText(part: NonNullable<TaskResult['part']>): string {
  return { rescue: 'rescue after the failure', always: 'always', handlers: 'notified handlers' }[part];
}

/** What a task found or did, with its figures. */
export function resultText({ summary, figures }: Pick<TaskResult, 'summary' | 'figures'>): string {
  return figures === undefined ? summary : `${summary} (${figures})`;
}

/** The line above a run: what runs, on how much, and the id by which `resume` and `status` know it. */
export function titleText({ check, run, playbook, file, batches, stages }: Extract<RunEvent, { kind: 'run_started' }>): string {
  const size = [
    counted(batches.flat().length, 'host'),
    ...(batches.length > 1 ? [`${batches.length} batches`] : []),
    counted(stages.length, 'stage'),
  ];
  return `${check ? 'plan' : 'run'} ${run}: ${playbook} (${file}): ${size.join(', ')}`;
}

/** "3 ok, 1 changed"; empty where nothing was counted. */
export function countsText(counts: Readonly<Partial<Record<TaskStatus, number>>>, check: boolean): string {
  return TASK_STATUSES.filter((status) => counts[status])
    .map((status) => `${counts[status]} ${statusWord(status, check)}`)
    .join(', ');
}

/** "1 host", "2 hosts". */
export function counted(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

/** "0.4 s", "42 s", "3 min 5 s", "2 h 10 min". */
export function durationText(ms: number): string {
  return ms < 9_950 ? `${(ms / 1000).toFixed(1)} s` : secondsText(Math.round(ms / 1000));
}

function secondsText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Whole percent, never 100 before the end; undefined where the end is not known. */
export function percentOf({ done, total }: Progress): number | undefined {
  return done === undefined || !total ? undefined : Math.min(100, Math.floor((100 * done) / total));
}

/** "copy events-2021  61 %, 15 s left, 976,000 of 1,600,000 documents, 41,000/s": as much of it as is known, what matters most first. */
export function progressText(progress: Progress): string {
  const { text, done, total, unit, rate, seconds_left } = progress;
  const percent = percentOf(progress);
  const parts: string[] = [];
  if (percent !== undefined) parts.push(`${percent} %`);
  if (seconds_left !== undefined) parts.push(`${secondsText(Math.ceil(seconds_left))} left`);
  if (done !== undefined) parts.push(amountText(done, total, unit));
  if (rate !== undefined) parts.push(unit === 'bytes' ? `${bytesText(rate)}/s` : `${Math.round(rate).toLocaleString('en')}/s`);
  return parts.length === 0 ? text : `${text}  ${parts.join(', ')}`;
}

function amountText(done: number, total: number | undefined, unit: Progress['unit']): string {
  if (unit === 'bytes') return total === undefined ? bytesText(done) : `${bytesText(done)} of ${bytesText(total)}`;
  const amount = total === undefined ? done.toLocaleString('en') : `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  return unit === undefined ? amount : `${amount} ${unit}`;
}

/** "1.2 GB": decimal, as disks and links are sold. */
function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return power === 0 ? `${Math.round(bytes)} B` : `${(bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}

/** Of more differences from a plan only so many are told: one of them often leads to many others. */
const DIFFERENCES = 20;

/** What follows the sentence of a failure: the differences from a saved plan, the state left behind, what to type next, and the last lines of what the program said. */
export function failureLines({ differences = [], state, next, output }: Failure, options: { readonly outputLines: number }): string[] {
  const said = output?.trimEnd().split('\n').slice(-options.outputLines) ?? [];
  const more = differences.length - DIFFERENCES;
  return [
    ...differences.slice(0, DIFFERENCES).map((difference) => `differs: ${oneLine(difference)}`),
    ...(more > 0 ? [`differs: ${counted(more, 'thing')} more (--output json tells all)`] : []),
    ...(state === undefined ? [] : [`state: ${oneLine(state)}`]),
    ...(next === undefined ? [] : [`next: ${oneLine(next)}`]),
    ...(options.outputLines === 0 || output === undefined || output.trim() === '' ? [] : ['output:', ...said.map((line) => `  ${line}`)]),
  ];
}

/** A failure's sentence on one line, for where its host stands beside it already. */
export function besideHost(message: string, host: string): string {
  return oneLine(withoutHost(message, host));
}

/** The text on one line. */
export function oneLine(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}

/** The words of a text in lines, none longer than the width, but for a single word that is. */
export function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The text without what a terminal would obey: a host may say anything. Of a line that was drawn over with \r the last drawing is kept. */
export function plain(text: string): string {
  return (
    stripVTControlCharacters(text)
      .split('\n')
      .map((line) => line.slice(line.trimEnd().lastIndexOf('\r') + 1).replaceAll('\t', '  '))
      .join('\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be taken out
      .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '')
  );
}
