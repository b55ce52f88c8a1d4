// The controller's append-only record of a run: one line an event, on disk before the run goes on. Progress is not kept.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Secrets } from '../base/secret.ts';
import type { HostResult, Listener, RunEvent } from './events.ts';

/** One line of `journal.jsonl`, and of a host's receipt. `sequence` has no gaps within one file. */
export interface JournalRecord {
  readonly version: 1;
  readonly sequence: number;
  readonly event: RunEvent;
}

/** Whether an event is worth keeping: what a resumed run, a rollback or a person would ask for later. */
export function isKept(event: RunEvent): boolean {
  return event.kind !== 'task_progress';
}

/** After these the file is synced to disk: what was done to a host, and what is about to be done. */
const SYNCED: ReadonlySet<RunEvent['kind']> = new Set(['run_started', 'task_applying', 'task_ended', 'host_ended', 'run_ended']);

export interface Journal {
  readonly directory: string;
  readonly listen: Listener;
  close(): void;
}

/** Opens `<state>/switchyard/runs/<run>/journal.jsonl` (directory 0700, file 0600). Everything in it is masked. */
export function openJournal(stateHome: string, run: string, secrets: Secrets): Journal {
  const directory = join(stateHome, 'switchyard', 'runs', run);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = openSync(join(directory, 'journal.jsonl'), 'ax', 0o600);
  let sequence = 0;
  return {
    directory,
    listen: (event) => {
      if (!isKept(event)) return;
      const record: JournalRecord = { version: 1, sequence: sequence++, event: secrets.maskData(event) };
      writeSync(file, `${JSON.stringify(record)}\n`);
      if (SYNCED.has(event.kind)) fsyncSync(file);
    },
    close: () => closeSync(file),
  };
}

/** The events of a journal's or a receipt's text. A last line that was cut short by a crash is left out. */
export function eventsIn(text: string): readonly RunEvent[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [(JSON.parse(line) as JournalRecord).event];
    } catch {
      return [];
    }
  });
}

/** What the controller remembers of a run. */
export interface RememberedRun {
  readonly run: string;
  /** the playbook, as it was named on the command line */
  readonly file: string;
  readonly hosts: readonly string[];
  /** by host; one that is not in it has not ended as far as this journal knows */
  readonly results: ReadonlyMap<string, HostResult>;
}

/** undefined: this controller has no journal of such a run. */
export function readJournal(stateHome: string, run: string): RememberedRun | undefined {
  let text: string;
  try {
    text = readFileSync(join(stateHome, 'switchyard', 'runs', run, 'journal.jsonl'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const events = eventsIn(text);
  const started = events.find((event) => event.kind === 'run_started');
  if (started === undefined) return undefined;
  const results = events.flatMap((event) => (event.kind === 'host_ended' ? [[event.result.host, event.result] as const] : []));
  return { run, file: started.file, hosts: started.batches.flat(), results: new Map(results) };
}
