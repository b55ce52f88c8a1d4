// What expressions see by name, and what happens where there is nothing to see.
import { TaskError } from '../base/errors.ts';

export type Scope = Readonly<Record<string, unknown>>;

/** Names that are always there. */
export const CONSTANTS: Scope = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** A value that this run cannot know: in a plan, what a step would register. Put it in a scope; whoever touches it hears of it. */
export class NotYet {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** An expression touched a NotYet. The message is the NotYet's reason. */
export class DecidedAtRunTime extends Error {
  override readonly name = 'DecidedAtRunTime';
}

/** An expression used what is not there. `start` is the offset of the name in the string that holds the expression. */
export class UndefinedName extends TaskError {
  override readonly name = 'UndefinedName';
  readonly start: number;
  constructor(message: string, start: number) {
    super(message);
    this.start = start;
  }
}
