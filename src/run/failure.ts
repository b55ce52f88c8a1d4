// How an error reads as a failure: its sentence, the state it left behind, what to type next.
import { ConnectionError, messageOf, Refusal, TaskError } from '../base/errors.ts';
import type { Failure } from './events.ts';

/** Not the step is refused but the host, for what comes later on its way: nothing passes it over or rescues it. */
export class RefusedAhead extends Refusal {}

/** An error that somebody can act on; any other one is a fault of the runner's own. */
export const isOurs = (error: unknown): error is TaskError | ConnectionError =>
  error instanceof ConnectionError || error instanceof TaskError;

export function failureOf(error: unknown): Failure {
  if (error instanceof ConnectionError) return { message: error.message, next: error.next };
  if (!(error instanceof TaskError)) return { message: messageOf(error) };
  const { state, next, output } = error.detail;
  return { message: error.message, state, next, output };
}
