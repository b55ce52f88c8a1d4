// The tree as lines: host, stage, step. Each line has a rank, by which a picture that is too high for the terminal is cut.
import type { Failure } from '../run/events.ts';
import type { Board, HostRow, StageRow, StepRow } from './board.ts';
import type { Tone } from './color.ts';
import { detailsOf } from './details.ts';
import { diffLines } from './diff.ts';
import { countsText, durationText, failureLines, oneLine, percentOf, progressText, statusTone, statusWord } from './words.ts';

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
  /** the last picture shows what each step gave */
  readonly verbose?: boolean;
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

function hostLines(host: HostRow, view: View): Line[] {
  const { board, now, last } = view;
  const stages = [...host.stages.values()];
  switch (host.status) {
    case 'waiting':
      return [line(RANK.waitingHost, 0, '○', 'quiet', host.name)];
    case 'running': {
      const at = stages.findIndex(({ status }) => status === 'running');
      const where = at === -1 ? host.message : `${at + 1}/${stages.length} ${stages[at]!.name}`;
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
    joined(stage.name, counts, durationText(stage.duration_ms), last && board.check ? stage.mark : ''),
  );
  const told = steps.filter(
    // a plan is read for its steps; what was done after a failure belongs to it
    (step) =>
      step.failure !== undefined || step.part === 'rescue' || (last && (board.check || view.verbose || diffOf(step, view).length > 0)),
  );
  return [head, ...told.flatMap((step) => stepLines(step, view))];
}

function stepLines(step: StepRow, view: View): Line[] {
  const { board, now, spinner } = view;
  if (step.status === 'running') {
    const { progress } = step;
    const percent = progress === undefined ? undefined : percentOf(progress);
    const what = progress === undefined ? step.text : joined(percent === undefined ? '' : bar(percent), progressText(progress));
    return [line(RANK.running, 2, spinner, 'live', joined(nameOf(step), oneLine(what), durationText(now - step.started)))];
  }
  const word = `${statusWord(step.status, board.check)}${step.failure?.ignored ? ', ignored' : ''}`;
  const text = joined(nameOf(step), word, oneLine(step.failure?.message ?? step.text));
  const head = line(
    step.failure === undefined ? RANK.stepDone : RANK.failure,
    2,
    step.status === 'changed' && board.check ? '~' : iconOf(step.status),
    statusTone(step.status),
    text,
  );
  if (step.failure === undefined) return [head, ...diffOf(step, view), ...givenBy(step, view)];
  return [{ ...head, wraps: true }, ...detailLines(step.failure, 3, view), ...givenBy(step, view)];
}

/** "rescue: start the old server again"; a step of the stage's own list has its name alone. */
function nameOf({ name, part }: StepRow): string {
  return part === undefined ? name : `${part === 'handlers' ? 'handler' : part}: ${name}`;
}

function diffOf({ before, after }: StepRow, { last, diff }: View): Line[] {
  return last && diff ? diffLines(before, after).map((text) => line(RANK.detail, 3, '', TONES[text[0]!], text)) : [];
}

function givenBy({ outputs = {}, items }: StepRow, { board, last, verbose }: View): Line[] {
  if (!last || !verbose) return [];
  return detailsOf({ outputs, items }, board.check).map((text) => ({ ...line(RANK.detail, 3, '', 'quiet', text), wraps: true }));
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
