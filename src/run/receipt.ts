// The host's own copy of what a run did to it, in `<project_dir>/.switchyard/runs/<run>/receipt.jsonl`: enough to go on without the controller.
import { TaskError } from '../base/errors.ts';
import type { Secrets } from '../base/secret.ts';
import type { Connection } from '../connections/connection.ts';
import type { RunEvent } from './events.ts';
import type { JournalRecord } from './journal.ts';

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
