// One line an event, for pipes and CI: `HH:MM:SS host  stage/step  status  summary`, times in UTC. What failed is told of in lines below it.
import type { Failure, HostResult, RunEvent, TaskResult } from '../run/events.ts';
import { type Paint, painter } from './color.ts';
import { detailsOf, isRoutine } from './details.ts';
import { diffLines } from './diff.ts';
import type { Output, Reporter } from './output.ts';
import { recap } from './recap.ts';
import {
  approvalText,
  approvedText,
  besideHost,
  counted,
  countsText,
  failureLines,
  oneLine,
  partText,
  progressText,
  resultText,
  stageMark,
  statusTone,
  statusWord,
  titleText,
} from './words.ts';

/** ms between two lines of progress of one step, by the events' own time */
const PROGRESS_EVERY = 5_000;
/** of a failing program's last words */
const OUTPUT_LINES = 20;

export function linesReporter(out: Output): Reporter {
  const lines = new Lines(out);
  return { listen: (event) => lines.listen(event), close: () => Promise.resolve() };
}

class Lines {
  readonly #out: Output;
  readonly #paint: Paint;
  readonly #progressed = new Map<string, number>();
  readonly #told = new Map<string, string>();
  readonly #marks = new Map<string, string>();
  #width = 0;
  #batches = 1;
  #check = false;

  constructor(out: Output) {
    this.#out = out;
    this.#paint = painter(out.color);
  }

  listen(event: RunEvent): void {
    const { time } = event;
    if (event.kind === 'run_started') this.#begin(event);
    if (this.#out.detail === 'less' && isRoutine(event)) return;
    switch (event.kind) {
      case 'run_started':
        this.#write(time, titleText(event));
        return;
      case 'batch_started':
        if (this.#batches > 1) this.#write(time, `batch ${event.batch} of ${this.#batches}: ${event.hosts.join(', ')}`);
        return;
      case 'host_started':
        this.#host(time, event.host, 'started', event.address);
        return;
      case 'compare_started':
        this.#host(time, event.host, 'is compared with the plan');
        return;
      case 'compare_ended':
        this.#host(
          time,
          event.host,
          event.differences.length === 0 ? 'is as the plan saw it' : counted(event.differences.length, 'difference'),
        );
        return;
      case 'approval_asked':
        this.#write(time, `${event.stage}  waits for a yes: ${approvalText(event)}`);
        return;
      case 'approval_ended':
        this.#write(time, `${event.stage}  ${approvedText(event)}`);
        return;
      case 'stage_started':
        this.#host(time, event.host, event.stage, 'started', this.#check ? (this.#marks.get(event.stage) ?? '') : '');
        return;
      case 'part_started':
        this.#host(time, event.host, event.stage, partText(event.part));
        return;
      case 'task_started':
        this.#host(time, event.host, `${event.stage}/${event.step}`, 'started');
        return;
      case 'task_applying':
        this.#host(time, event.host, `${event.stage}/${event.step}`, 'applying', event.summary);
        return;
      case 'task_progress':
        this.#progress(event);
        return;
      case 'task_retried':
        this.#host(time, event.host, `${event.stage}/${event.step}`, `retry ${event.attempt} of ${event.retries}`, event.message);
        return;
      case 'task_ended':
        this.#task(time, event.result);
        return;
      case 'stage_ended':
        this.#host(time, event.host, event.stage, this.#paint(statusTone(event.status), event.status));
        return;
      case 'host_ended':
        this.#hostEnd(time, event.result);
        return;
      case 'warning':
        this.#out.stderr(
          `${clock(time)} ${event.host === undefined ? '' : `${event.host}  `}${this.#paint('change', 'warning')}: ${oneLine(event.message)}\n`,
        );
        return;
      case 'interrupted':
        this.#write(
          time,
          `interrupted by ${event.signal}: ${event.times > 1 ? 'running steps are aborted' : 'no new step begins, running steps end'}`,
        );
        return;
      case 'run_ended':
        this.#out.stdout(`\n${recap(event.hosts, { ...event, check: this.#check, color: this.#out.color })}`);
        return;
    }
  }

  #begin(event: Extract<RunEvent, { kind: 'run_started' }>): void {
    const hosts = event.batches.flat();
    this.#width = Math.max(0, ...hosts.map(({ length }) => length));
    this.#batches = event.batches.length;
    this.#check = event.check;
    for (const stage of event.stages) this.#marks.set(stage.name, stageMark(stage));
  }

  #progress({ time, host, stage, step, progress }: Extract<RunEvent, { kind: 'task_progress' }>): void {
    const task = `${stage}/${step}`;
    const last = this.#progressed.get(`${task}@${host}`);
    if (last !== undefined && time - last < PROGRESS_EVERY) return;
    this.#progressed.set(`${task}@${host}`, time);
    this.#host(time, host, task, 'progress', progressText(progress));
  }

  #task(time: number, result: TaskResult): void {
    const { host, stage, step, status, failure, before, after } = result;
    const word = `${statusWord(status, this.#check)}${failure?.ignored ? ', ignored' : ''}`;
    this.#progressed.delete(`${stage}/${step}@${host}`);
    this.#host(
      time,
      host,
      `${stage}/${step}`,
      this.#paint(statusTone(status), word),
      besideHost(failure?.message ?? resultText(result), host),
    );
    if (failure !== undefined) this.#failure(host, failure);
    else if (this.#out.diff) for (const line of diffLines(before, after)) this.#out.stdout(`    ${line}\n`);
    if (this.#out.detail === 'more') for (const line of detailsOf(result, this.#check)) this.#out.stdout(`    ${line}\n`);
  }

  #hostEnd(time: number, { host, status, counts, message, failure }: HostResult): void {
    const word = this.#paint(statusTone(status), statusWord(status, this.#check));
    const isTold = failure !== undefined && this.#told.get(host) === failure.message;
    const sentence = isTold ? '' : besideHost(failure?.message ?? message, host);
    this.#host(time, host, word, [countsText(counts, this.#check), sentence].filter((text) => text !== '').join('; '));
    if (failure !== undefined && !isTold) this.#failure(host, failure);
  }

  #failure(host: string, failure: Failure): void {
    this.#told.set(host, failure.message);
    for (const line of failureLines(failure, { outputLines: OUTPUT_LINES })) this.#out.stdout(`  ${line}\n`);
  }

  #host(time: number, host: string, ...parts: readonly string[]): void {
    this.#write(time, [host.padEnd(this.#width), ...parts.map(oneLine).filter((part) => part !== '')].join('  '));
  }

  #write(time: number, text: string): void {
    this.#out.stdout(`${clock(time)} ${text}\n`);
  }
}

/** HH:MM:SS in UTC, as the names of runs are. */
function clock(time: number): string {
  return new Date(time).toISOString().slice(11, 19);
}
