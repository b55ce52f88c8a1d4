// The log the product's own upgrade script leaves: `upgrade_to_7_<stamp>.log`, its last two lines word for word, as people look for them.
import { posix } from 'node:path';
import type { Connection } from '../connections/connection.ts';

/** The log of one migration, kept whole in memory (some hundred lines) and written to the host at each `save`. */
export class MigrationLog {
  readonly path: string;
  readonly #connection: Connection;
  readonly #now: () => Date;
  readonly #lines: string[] = [];

  constructor(connection: Connection, directory: string, options: { readonly stamp: string; readonly now?: () => Date }) {
    this.path = posix.join(directory, `upgrade_to_7_${options.stamp}.log`);
    this.#connection = connection;
    this.#now = options.now ?? (() => new Date());
  }

  /** Adds a line with the time in front, or several where the text has several. */
  say(text: string): void {
    const time = this.#now().toISOString().slice(0, 19).replace('T', ' ');
    for (const line of text.trimEnd().split('\n')) this.#lines.push(`${time} ${line}`);
  }

  /** Adds the two lines that end the log of a completed upgrade, without a time, as the product's script writes them. */
  complete(source: string, renamed: string): void {
    this.#lines.push(`Renaming the source directory ${source} to ${renamed}.`, 'Upgrade completed.');
  }

  get text(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  async save(): Promise<void> {
    await this.#connection.writeFile(this.path, this.text);
  }
}
