// The errors that somebody other than us can act on, named by who must act. Everything else is a bug in the runner.
import type { RuleId } from './rules.ts';

/** A place in a file, for a person: lines and columns are 1-based, columns count UTF-16 code units, the end is exclusive. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One fault of a document; rules.ts says how grave it is. `path` is the way to it through the document ("stages/0/steps/2/get_url/url"), `hint` what to write instead. */
export interface Problem {
  readonly rule: RuleId;
  readonly position: Position;
  readonly path: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** the key that is missing, or the one that was probably meant; see echo.ts */
  readonly about?: string | undefined;
  /** the text at its place is not to be shown */
  readonly isSecret?: boolean | undefined;
}

/** The person at the keyboard must act: a wrong command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The author of a file must act. Carries every fault that was found, not the first one, and the texts of the files for who shows them. */
export class ValidationError extends Error {
  override readonly name = 'ValidationError';
  readonly problems: readonly Problem[];
  readonly sources: ReadonlyMap<string, string>;
  constructor(problems: readonly Problem[], sources: ReadonlyMap<string, string> = new Map()) {
    super(
      problems
        .map(({ position, message, hint }) => `${position.file}:${position.line}:${position.column}: ${message}${hint ? `; ${hint}` : ''}`)
        .join('\n'),
    );
    this.problems = problems;
    this.sources = sources;
  }
}

/** Why a host cannot be reached. `lost` is a link that was up: a command may still be running over there. */
export type ConnectionFailure = 'dns' | 'refused' | 'timeout' | 'host-key' | 'auth' | 'lost' | 'shell';

/** Whoever owns the host, the network or the key must act. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly host: string;
  readonly reason: ConnectionFailure;
  readonly next?: string;
  constructor(host: string, reason: ConnectionFailure, message: string, options: { cause?: unknown; next?: string } = {}) {
    super(message, { cause: options.cause });
    this.host = host;
    this.reason = reason;
    this.next = options.next;
  }
}

/** What a failed task tells the operator besides its sentence: what is true now, and what to type next. */
export interface TaskErrorDetail {
  /** the state the host is left in, as a sentence */
  readonly state?: string;
  /** the next command to type, or the next thing to do */
  readonly next?: string;
  /** the tail of what the failing program said */
  readonly output?: string;
  readonly cause?: unknown;
}

/** The operator must act: the host is not as it was expected to be, or a command on it failed. */
export class TaskError extends Error {
  override readonly name: string = 'TaskError';
  readonly detail: TaskErrorDetail;
  constructor(message: string, detail: TaskErrorDetail = {}) {
    super(message, { cause: detail.cause });
    this.detail = detail;
  }
}

/** A deliberate no, said before anything was changed by the task that says it. */
export class Refusal extends TaskError {
  override readonly name = 'Refusal';
}

/** Somebody has to say yes first, and nobody was there to be asked. */
export class Unapproved extends Refusal {}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A sentence that begins with its host, to be clear by itself, without it: for where the host stands beside it already. */
export function withoutHost(message: string, host: string): string {
  return message.startsWith(`${host}: `) ? message.slice(host.length + 2) : message;
}
