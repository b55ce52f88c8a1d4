// The host's own copy of what a run did to it, in `<project_dir>/.switchyard/runs/<run>/receipt.jsonl`: enough to go on without the controller.
import { TaskError } from '../base/errors.ts';
import type { Secrets } from '../base/secret.ts';
import type { Connection } from '../connections/connection.ts';
import type { RunEvent } from './events.ts';
import { eventsIn, type JournalRecord } from './journal.ts';

/** Appends records, synced to disk before the promise resolves. The folder is made with the first one (mode 0700). */
export class Receipt {
  readonly #connection: Connection;
  readonly #directory: string;
  readonly #secrets: Secrets;
  #sequence = 0;

  constructor(connection: Connection, directory: string, secrets: Secrets) {
    this.#connection = connection;
    this.#directory = directory;
    this.#secrets = secrets;
  }

  /** Rejects with a TaskError if the host cannot keep it: a change that leaves no trace must not be made. */
  async append(event: RunEvent): Promise<void> {
    const record: JournalRecord = { version: 1, sequence: this.#sequence++, event: this.#secrets.maskData(event) };
    const script = 'umask 077; mkdir -p "$1" && cat >> "$1/receipt.jsonl" && sync "$1/receipt.jsonl"';
    const exit = await this.#connection.exec(['sh', '-c', script, 'receipt', this.#directory], { stdin: `${JSON.stringify(record)}\n` });
    if (exit.code !== 0) {
      throw new TaskError(`${this.#connection.host}: cannot write the receipt in ${this.#directory}: ${exit.stderr.trim()}`, {
        next: 'make room or give write permission there, then run again',
      });
    }
  }
}

/** The last run that has begun to change a host, as far as its receipt tells. A change that failed has a begin and no end. */
export interface LastRun {
  readonly run: string;
  /** the change that was begun last; undefined: none was */
  readonly change: { readonly task: string; readonly summary: string; readonly time: number; readonly done: boolean } | undefined;
}

/** undefined: no run has changed the host. Throws a TaskError where it cannot look. */
export async function readLastRun(connection: Connection, directory: string): Promise<LastRun | undefined> {
  const runs = `${directory}/.switchyard/runs`;
  const exit = await connection.exec(['ls', '-1A', '--', runs], { env: { LC_ALL: 'C' } });
  if (exit.code !== 0) {
    if (/No such file or directory/.test(exit.stderr)) return undefined;
    throw new TaskError(`${connection.host}: cannot look into ${runs}: ${exit.stderr.trim()}`, {
      next: 'set ansible_become for this host',
    });
  }
  for (const run of exit.stdout.split('\n').filter(Boolean).sort().reverse()) {
    const events = await readReceipt(connection, directory, run);
    if (events.length > 0) return { run, change: lastChange(events) };
  }
  return undefined;
}

/** What a run has kept on the host; nothing where it kept nothing. */
export async function readReceipt(connection: Connection, directory: string, run: string): Promise<readonly RunEvent[]> {
  const content = await connection.readFile(`${directory}/.switchyard/runs/${run}/receipt.jsonl`);
  return eventsIn(content?.toString() ?? '');
}

function lastChange(events: readonly RunEvent[]): LastRun['change'] {
  const begun = events.findLast((event) => event.kind === 'task_applying');
  if (begun === undefined) return undefined;
  const task = `${begun.stage}/${begun.step}`;
  const after = events.slice(events.indexOf(begun));
  const end = after.find((event) => event.kind === 'task_ended' && `${event.result.stage}/${event.result.step}` === task);
  return { task, summary: begun.summary, time: (end ?? begun).time, done: end?.kind === 'task_ended' && end.result.status === 'changed' };
}
