// The tree as lines: host, stage, step. Each line has a rank, by which a picture that is too high for the terminal is cut.
import type { Failure } from '../run/events.ts';
import type { Board, HostRow, StageRow, StepRow } from './board.ts';
import type { Paint, Tone } from './color.ts';
import { diffLines } from './diff.ts';
import { counted, countsText, durationText, failureLines, oneLine, percentOf, progressText, statusTone, statusWord } from './words.ts';

/** One line of the picture. The lowest rank stays the longest. */
export interface Line {
  readonly rank: number;
  readonly depth: number;
  readonly icon: string;
  readonly tone: Tone | undefined;
  readonly text: string;
  /** broken into several lines where it is too long, not cut off: somebody has to read it to the end */
  readonly wraps?: boolean;
}

export interface View {
  readonly board: Board;
  /** epoch ms */
  readonly now: number;
  /** what stands before a running line */
  readonly spinner: string;
  /** the last picture: what came to an end is told of in full */
  readonly last: boolean;
  /** more hosts are at work than the terminal has rows: one line each, and no work for what would be cut anyway */
  readonly crowded: boolean;
  /** the last picture shows what was before and after a change */
  readonly diff?: boolean;
}

const RANK = {
  first: 0,
  running: 1,
  failure: 2,
  detail: 3,
  stepDone: 4,
  waitingHost: 5,
  hostDone: 6,
  stageDone: 7,
  waitingStage: 8,
} as const;
/** of a failing program's last words */
const OUTPUT_LINES = { live: 5, last: 20 } as const;
const TONES: Readonly<Record<string, Tone>> = { '-': 'bad', '+': 'good' };
const BAR_WIDTH = 10;

export function draw(view: View): Line[] {
  const { board } = view;
  const lines = [...board.hosts.values()].flatMap((host) => hostLines(host, view));
  if (view.last) return lines;
  for (const warning of board.warnings) lines.push(line(RANK.first, 0, '!', 'change', `warning: ${oneLine(warning)}`));
  if (board.interrupted !== undefined) {
    const { signal, times } = board.interrupted;
    const what = times > 1 ? 'running steps are aborted' : 'no new step begins, running steps end; once more aborts them';
    lines.push(line(RANK.first, 0, '!', 'change', `interrupted by ${signal}: ${what}`));
  }
  return lines;
}

/** What a picture has to fit into, and `hosts`: the count that stands in for what does not ("12 running, 1 failed"). */
export interface Frame {
  readonly columns: number;
  readonly rows: number;
  readonly hosts: string;
}

/** "12 running, 1 failed, 487 waiting". */
export function tally(board: Board): string {
  const counts = new Map<HostRow['status'], number>([
    ['running', 0],
    ['failed', 0],
  ]);
  for (const { status } of board.hosts.values()) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count.toLocaleString('en')} ${status.replaceAll('_', ' ')}`)
    .join(', ');
}

/** The lines as text, each as wide as it is. */
export function whole(lines: readonly Line[], paint: Paint): string {
  return lines.map((each) => painted(each, textOf(each), paint)).join('\n');
}

/** The lines as text that fits: too wide ones are cut off or broken; where there are too many, running and failed ones stay and the rest is counted. */
export function fitted(lines: readonly Line[], paint: Paint, { columns, rows, hosts }: Frame): string {
  const wanted = lines.map((_, index) => index).sort((a, b) => lines[a]!.rank - lines[b]!.rank || a - b);
  const chosen: { readonly index: number; readonly texts: readonly string[] }[] = [];
  let used = 0;
  for (const index of wanted) {
    const texts = broken(lines[index]!, columns);
    if (used + texts.length > rows) break;
    chosen.push({ index, texts });
    used += texts.length;
  }
  if (chosen.length < lines.length) while (used >= rows && chosen.length > 0) used -= chosen.pop()!.texts.length; // room for the count
  const shown = chosen
    .sort((a, b) => a.index - b.index)
    .flatMap(({ index, texts }) => texts.map((text) => painted(lines[index]!, text, paint)));
  const hidden = lines.length - chosen.length;
  return [
    ...shown,
    ...(hidden === 0
      ? []
      : [paint('quiet', cutOff(`… ${counted(hidden, 'more line')}${hosts === '' ? '' : `; hosts: ${hosts}`}`, columns))]),
  ].join('\n');
}

function hostLines(host: HostRow, view: View): Line[] {
  const { board, now, last } = view;
  const stages = [...host.stages.values()];
  switch (host.status) {
    case 'waiting':
      return [line(RANK.waitingHost, 0, '○', 'quiet', host.name)];
    case 'running': {
      const at = stages.findIndex(({ status }) => status === 'running');
      const where = at === -1 ? '' : `${at + 1}/${stages.length} ${stages[at]!.name}`;
      const head = line(RANK.first, 0, view.spinner, 'live', joined(host.name, where, durationText(now - host.started)));
      if (view.crowded) return [head];
      return [head, ...stages.flatMap((stage) => stageLines(stage, view)), ...waitingStages(stages)];
    }
    default: {
      const isGood = host.status === 'ok' || host.status === 'ended';
      const counts = countsText(countsOf(stages.flatMap(({ steps }) => [...steps.values()])), board.check);
      const time = host.started === 0 ? '' : durationText(host.duration_ms);
      const told = stages.some(({ steps }) =>
        [...steps.values()].some(({ failure }) => failure !== undefined && failure.message === host.failure?.message),
      );
      const message = told ? '' : (host.failure?.message ?? host.message);
      const text = joined(host.name, statusWord(host.status, board.check), counts, time, oneLine(message));
      const head = { ...line(isGood ? RANK.hostDone : RANK.first, 0, iconOf(host.status), statusTone(host.status), text), wraps: !isGood };
      const failure = host.failure === undefined || told ? [] : detailLines(host.failure, 1, view);
      return [head, ...failure, ...(last || !isGood ? stages.flatMap((stage) => stageLines(stage, view)) : [])];
    }
  }
}

function stageLines(stage: StageRow, view: View): Line[] {
  const { board, now, last } = view;
  const steps = [...stage.steps.values()];
  const counts = countsText(countsOf(steps), board.check);
  if (stage.status === 'waiting') return [];
  if (stage.status === 'running') {
    const head = line(RANK.running, 1, view.spinner, 'live', joined(stage.name, durationText(now - stage.started)));
    return [head, ...steps.flatMap((step) => stepLines(step, view))];
  }
  const isGood = stage.status !== 'failed';
  const head = line(
    isGood ? RANK.stageDone : RANK.running,
    1,
    isGood ? '✔' : '✖',
    isGood ? 'good' : 'bad',
    joined(stage.name, counts, durationText(stage.duration_ms)),
  );
  const told = steps.filter((step) => step.failure !== undefined || (last && (board.check || diffOf(step, view).length > 0))); // a plan is read for its steps
  return [head, ...told.flatMap((step) => stepLines(step, view))];
}

function stepLines(step: StepRow, view: View): Line[] {
  const { board, now, spinner } = view;
  if (step.status === 'running') {
    const { progress } = step;
    const percent = progress === undefined ? undefined : percentOf(progress);
    const what = progress === undefined ? step.text : joined(percent === undefined ? '' : bar(percent), progressText(progress));
    return [line(RANK.running, 2, spinner, 'live', joined(step.name, oneLine(what), durationText(now - step.started)))];
  }
  const word = `${statusWord(step.status, board.check)}${step.failure?.ignored ? ', ignored' : ''}`;
  const text = joined(step.name, word, oneLine(step.failure?.message ?? step.text));
  const head = line(
    step.failure === undefined ? RANK.stepDone : RANK.failure,
    2,
    step.status === 'changed' && board.check ? '~' : iconOf(step.status),
    statusTone(step.status),
    text,
  );
  if (step.failure === undefined) return [head, ...diffOf(step, view)];
  return [{ ...head, wraps: true }, ...detailLines(step.failure, 3, view)];
}

function diffOf({ before, after }: StepRow, { last, diff }: View): Line[] {
  return last && diff ? diffLines(before, after).map((text) => line(RANK.detail, 3, '', TONES[text[0]!], text)) : [];
}

function detailLines(failure: Failure, depth: number, { last }: View): Line[] {
  const details = failureLines(failure, { outputLines: last ? OUTPUT_LINES.last : OUTPUT_LINES.live });
  return details.map((text) => ({ ...line(RANK.detail, depth, '', undefined, text), wraps: true }));
}

/** What is still to come of a host, in one line. */
function waitingStages(stages: readonly StageRow[]): Line[] {
  const names = stages.filter(({ status }) => status === 'waiting').map(({ name }) => name);
  return names.length === 0 ? [] : [line(RANK.waitingStage, 1, '○', 'quiet', names.join(', '))];
}

function line(rank: number, depth: number, icon: string, tone: Tone | undefined, text: string): Line {
  return { rank, depth, icon, tone, text };
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('  ');
}

function countsOf(steps: readonly StepRow[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of steps) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function iconOf(status: StepRow['status'] | HostRow['status']): string {
  switch (status) {
    case 'ok':
    case 'ended':
    case 'changed':
      return '✔';
    case 'skipped':
    case 'not_run':
      return '↓';
    case 'at_run_time':
    case 'cannot_tell':
      return '?';
    default:
      return '✖';
  }
}

function bar(percent: number): string {
  const full = Math.floor((percent * BAR_WIDTH) / 100);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}`;
}

function painted(each: Line, text: string, paint: Paint): string {
  return `${'  '.repeat(each.depth)}${paint(each.tone, text)}`;
}

function textOf({ icon, text }: Line): string {
  return icon === '' ? text : `${icon} ${text}`;
}

/** One text a row of the terminal, none wider than what is left beside the indentation. */
function broken(each: Line, columns: number): string[] {
  const width = Math.max(10, columns - 2 * each.depth);
  const letters = [...textOf(each)];
  if (letters.length <= width) return [letters.join('')];
  if (!each.wraps) return [cutOff(textOf(each), width)];
  const rows: string[] = [];
  let rest = letters;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const at = space > width / 2 ? space : width;
    rows.push(rest.slice(0, at).join(''));
    rest = ['  ', ...rest.slice(rest[at] === ' ' ? at + 1 : at)];
  }
  return [...rows, rest.join('')];
}

function cutOff(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, width - 1).join('')}…`;
}
