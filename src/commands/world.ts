// What a command may know of the process it runs in: all of it passed in by cli/process.ts, nothing read behind its back.
import { join } from 'node:path';
import type { Secrets } from '../base/secret.ts';
import type { Interrupt } from '../run/walk.ts';

export interface AskOptions {
  /** what is typed is not shown */
  readonly hidden: boolean;
  /** aborted: the question is given up */
  readonly signal?: AbortSignal;
}

/** undefined: the input ended. Rejects when the user interrupts, and when the question is given up. */
export type Ask = (question: string, options: AskOptions) => Promise<string | undefined>;

export interface World {
  /** of the runner */
  readonly version: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** who runs this, as `user@machine` */
  readonly who: string;
  readonly user: string;
  /** already masked when it comes out */
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly screen: { readonly isTerminal: boolean; readonly columns: number; readonly rows: number; readonly color: boolean };
  /** shows a question and waits for a line; see commands/terminal.ts. undefined: nobody sits at a terminal */
  readonly ask: Ask | undefined;
  readonly secrets: Secrets;
  readonly interrupt: Interrupt;
  /** epoch ms */
  readonly now: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** four hexadecimal digits, for the run's name */
  readonly random: () => string;
  /** see cli/file.ts; `largest` in bytes */
  readonly readFile: (path: string, largest?: number) => string;
  /** all of it, to its end */
  readonly readStdin: () => string;
  /** see cli/save.ts: whether a file can be saved, before the work for it begins; the saving; and the making of one that is not there yet */
  readonly requirePlace: (path: string, options?: { readonly makes?: boolean }) => void;
  readonly saveFile: (path: string, text: string, mode: number) => void;
  /** as saveFile, with its directory made, and a UsageError where it cannot be written */
  readonly saveReport: (path: string, text: string) => void;
  readonly createFile: (path: string, text: string) => boolean;
  /** undefined: there is nothing. `program`: a file that may be executed */
  readonly kindOf: (path: string) => 'file' | 'program' | 'directory' | undefined;
  /** the names in a directory, sorted; empty where there is none */
  readonly list: (path: string) => readonly string[];
  /** what fits a pattern (`*` `?` `[ab]` `{a,b}` `**`) from a directory on, sorted */
  readonly glob: (pattern: string, directory: string) => readonly string[];
}

/** The directory under which the controller keeps its journals. */
export const stateHome = ({ env, home }: World): string => env.XDG_STATE_HOME || join(home, '.local', 'state');
