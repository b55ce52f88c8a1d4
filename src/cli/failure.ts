// An error that ended a command, shown to whoever must act on it.
import { ConnectionError, messageOf, Refusal, TaskError, Unapproved, UsageError, ValidationError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import type { World } from '../commands/world.ts';

/** Tells it on stderr and resolves to what to exit with. */
export async function tell(error: unknown, world: Pick<World, 'interrupt' | 'stderr' | 'screen'>): Promise<number> {
  const { signal, name } = world.interrupt;
  const exit = signal.aborted && error === signal.reason ? (name() === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted) : exitOf(error);
  if (error instanceof ValidationError) world.stderr((await import('../commands/invalid.ts')).problemsText(error, world));
  else world.stderr(exit === EXIT.bug ? `this is a bug in the runner: ${stackOf(error)}\n` : `${messageOf(error)}\n${nextOf(error)}`);
  return exit;
}

function exitOf(error: unknown): number {
  if (error instanceof ValidationError) return EXIT.invalid;
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof ConnectionError) return EXIT.unreachable;
  if (error instanceof Unapproved) return EXIT.unapproved;
  if (error instanceof Refusal) return EXIT.refused;
  return error instanceof TaskError ? EXIT.failed : EXIT.bug;
}

function nextOf(error: unknown): string {
  const next = error instanceof ConnectionError ? error.next : error instanceof TaskError ? error.detail.next : undefined;
  return next === undefined ? '' : `  next: ${next}\n`;
}

const stackOf = (error: unknown) => (error instanceof Error ? error.stack : messageOf(error));
