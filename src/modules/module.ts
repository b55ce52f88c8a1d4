// The module contract. A module looks at a host (`check`), says what would change, and changes it (`apply`). It knows no playbook,
// no inventory and no reporter; what it tells the user it says in the Change, the outputs, progress and errors.
import type { Facts } from '../base/facts.ts';
import type { Progress } from '../base/progress.ts';
import type { Secrets } from '../base/secret.ts';
import type { Connection } from '../connections/connection.ts';

/**
 * state: check → apply → check finds nothing (one test loops over all). probe: looks only, never changes.
 * opaque: cannot know, so it is always a change, unless its arguments say otherwise (`creates`, `removes`).
 */
export type ModuleKind = 'state' | 'probe' | 'opaque';

/** The same for whoever writes a playbook. */
export const KIND_TEXTS: Readonly<Record<ModuleKind, string>> = {
  state: 'looks first, and changes only what is not as declared',
  probe: 'looks only',
  opaque: 'cannot know what it does, so it is a change every time, unless its arguments say that it has been done',
};

/** What a module gets to work with, besides its arguments. */
export interface Target {
  readonly host: string;
  readonly connection: Connection;
  readonly facts: Facts;
  /** aborted when the user interrupts a second time, or the step's timeout is over */
  readonly signal: AbortSignal;
  readonly secrets: Secrets;
  readonly run: {
    readonly id: string;
    /** UTC YYYYMMDD_HHMMSS: the one stamp of the run, for every name made in it */
    readonly stamp: string;
    /** true in a plan or in check mode: nothing may be written, not even beside */
    readonly check: boolean;
    /** the run's own folder on the host (`<project_dir>/.switchyard/runs/<id>`, mode 0700); made by the first who writes into it */
    readonly directory: string;
  };
  progress(progress: Progress): void;
}

/** What a module gets in place of an argument with `format: expression`: its value, and its text for the message. */
export interface Evaluated {
  readonly source: string;
  readonly value: unknown;
}

/** Plain data: what a module gives to `register`. */
export type Outputs = Readonly<Record<string, unknown>>;

/**
 * What is not as declared. `summary` is the sentence the user reads in a plan and in a run ("pull redis:5.0"): the same for as long as the
 * host is the same. What another look may find otherwise (sizes, counts, times) belongs into `figures`, shown in brackets behind it.
 */
export interface Change<Detail = unknown> {
  readonly summary: string;
  readonly figures?: string;
  readonly before?: string;
  readonly after?: string;
  /** what `check` found and `apply` needs; never shown */
  readonly detail: Detail;
}

export type CheckResult<Detail = unknown> =
  /** as declared, or looked at; `summary` is what the user reads beside the step, with `figures` as in a Change */
  | { readonly status: 'ok'; readonly outputs: Outputs; readonly summary?: string; readonly figures?: string }
  | { readonly status: 'changes'; readonly change: Change<Detail> }
  /** the host has nothing more to do in this playbook (end_host) */
  | { readonly status: 'end'; readonly summary: string };

/** What a change writes and what it is decided by: absolute paths on the host, or names of other things ("image redis:5.0"). */
export interface Concerns {
  readonly writes: readonly string[] | 'anything';
  readonly reads: readonly string[];
}

/**
 * `check` reads only; it throws a Refusal or TaskError where the host is not fit. A Refusal counts before the first change of a run, unless
 * a step before it writes what `concerns` names; what a step before may mend otherwise is a TaskError. `apply` does what the Change says and decides nothing;
 * it throws a TaskError that names the state left behind. `undo` takes back what `apply` did, where that is possible.
 */
export interface Module<Arguments = Readonly<Record<string, unknown>>, Detail = unknown> {
  readonly kind: ModuleKind;
  /** a probe that judges its arguments alone and never looks at the host: in a plan it can be asked after a pending change, too */
  readonly judgesValues?: true;
  /** it may end the host's part of the playbook: while that is not decided, nothing after it is */
  readonly endsHost?: true;
  check(args: Arguments, target: Target): Promise<CheckResult<Detail>>;
  apply(args: Arguments, change: Change<Detail>, target: Target): Promise<Outputs>;
  /** every module but a probe says so: a plan needs it to tell what it cannot foresee */
  concerns?(args: Arguments): Concerns;
  undo?(args: Arguments, outputs: Outputs, target: Target): Promise<void>;
}

/** `apply` of a probe: there is nothing to apply, so reaching it is a bug. */
export function applyNothing(): Promise<never> {
  return Promise.reject(new Error('a probe has nothing to apply'));
}
