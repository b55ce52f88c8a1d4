// What a run came to: a table of hosts, what is true of each that did not come through and what to type next, and the totals.
import { EXIT, EXIT_TEXTS } from '../base/exit.ts';
import type { HostResult, TaskStatus } from '../run/events.ts';
import { painter } from './color.ts';
import { table } from './table.ts';
import { besideHost, counted, countsText, durationText, failureLines, oneLine, statusTone, statusWord, TASK_STATUSES } from './words.ts';

export interface RecapOptions {
  readonly check: boolean;
  /** the exit code of the process */
  readonly exit: number;
  readonly duration_ms: number;
  readonly color: boolean;
}

const ALWAYS: Record<'run' | 'plan', readonly TaskStatus[]> = {
  run: ['ok', 'changed', 'skipped', 'failed'],
  plan: ['changed', 'ok', 'at_run_time', 'cannot_tell'],
};

/** Text with a line break at its end. Hosts that came out the same way for the same reason are told of together. */
export function recap(hosts: readonly HostResult[], options: RecapOptions): string {
  const troubles = troublesOf(hosts, options);
  return `${[...hostTable(hosts, options), '', ...(troubles.length === 0 ? [] : [...troubles, '']), totals(hosts, options)].join('\n')}\n`;
}

function hostTable(hosts: readonly HostResult[], { check, color }: RecapOptions): string[] {
  const always = ALWAYS[check ? 'plan' : 'run'];
  const columns = [
    ...always,
    ...TASK_STATUSES.filter((status) => !always.includes(status) && hosts.some(({ counts }) => counts[status] > 0)),
  ];
  const head = ['host', ...columns.map((status) => statusWord(status, check)), 'status'];
  const rows = hosts.map(({ host, counts, status, message }) => [
    host,
    ...columns.map((column) => String(counts[column])),
    status === 'ended' && message !== '' ? `ended: ${oneLine(message)}` : statusWord(status, check),
  ]);
  const [first, ...lines] = table([head, ...rows], { right: columns.map((_, column) => column + 1) });
  const paint = painter(color);
  return [paint('strong', first!), ...lines.map((line, index) => paint(statusTone(hosts[index]!.status), line))];
}

function troublesOf(hosts: readonly HostResult[], { check, color }: RecapOptions): string[] {
  const alike = new Map<string, HostResult[]>();
  for (const host of hosts.filter(({ status }) => status !== 'ok' && status !== 'ended')) {
    const cause = JSON.stringify([
      host.status,
      sentenceOf(host),
      host.failure?.differences,
      host.failure?.state,
      host.failure?.next,
      host.past,
    ]);
    alike.set(cause, [...(alike.get(cause) ?? []), host]);
  }
  return [...alike.values()].flatMap((group) => {
    const { status, failure, past } = group[0]!;
    const sentence = sentenceOf(group[0]!);
    const head = `${group.map(({ host }) => host).join(', ')}  ${statusWord(status, check)}${sentence === '' ? '' : `: ${sentence}`}`;
    return [
      painter(color)(statusTone(status), head),
      ...(past === undefined ? [] : [`  past the point of no return: ${past}`]),
      ...(failure ? failureLines(failure, { outputLines: 0 }).map((line) => `  ${line}`) : []),
    ];
  });
}

function sentenceOf({ host, message, failure }: HostResult): string {
  return besideHost(failure?.message ?? message, host);
}

function totals(hosts: readonly HostResult[], { check, exit, duration_ms }: RecapOptions): string {
  const statuses = [...new Set(hosts.map(({ status }) => status))];
  const ends = statuses.map((status) => `${hosts.filter((host) => host.status === status).length} ${statusWord(status, check)}`).join(', ');
  const tasks = countsText(
    Object.fromEntries(TASK_STATUSES.map((status) => [status, hosts.reduce((sum, { counts }) => sum + counts[status], 0)])),
    check,
  );
  const meaning = exit === EXIT.ok || !EXIT_TEXTS[exit] ? '' : `: ${EXIT_TEXTS[exit].title}`;
  const parts = [
    `${counted(hosts.length, 'host')}${ends === '' ? '' : `: ${ends}`}`,
    tasks === '' ? '' : `tasks: ${tasks}`,
    durationText(duration_ms),
    `exit ${exit}${meaning}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}
