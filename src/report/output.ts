// Where a reporter writes and how it is driven. Everything of the process that a reporter may know comes in here.
import type { RunEvent } from '../run/events.ts';

/** The terminal or pipe. `columns` and `rows` are read at every draw, so a getter follows a resized window. */
export interface Output {
  /** What was asked for: the tree, the lines, the JSON and the recap of a run; findings of `validate`. */
  readonly stdout: (text: string) => void;
  /** Warnings and errors. */
  readonly stderr: (text: string) => void;
  readonly columns: number;
  readonly rows: number;
  readonly isTerminal: boolean;
  readonly color: boolean;
  /** show what was before and after a change */
  readonly diff?: boolean;
  /** `more`: also what each step gave; `less`: only what did not go well */
  readonly detail?: 'more' | 'less' | undefined;
  /** The text without any secret. */
  readonly mask: (text: string) => string;
}

/** Shows a run, decides nothing. */
export interface Reporter {
  listen(event: RunEvent): void;
  /** Resolves when all is written and the terminal is as it was. To be called on every way out, a signal's too; again does nothing. */
  close(): Promise<void>;
}
