// How a run's end becomes the process's exit code.
import { EXIT } from '../base/exit.ts';
import type { HostResult, TaskStatus } from './events.ts';

/** How the walk went, besides what became of its hosts. */
export interface Walked {
  /** a plan: what it counts as changed was not changed */
  readonly check: boolean;
  /** the signal that interrupted it */
  readonly signal: string | undefined;
}

/**
 * The worst that happened to any host: unreachable before failed before declined. `refused` and `locked` are told only if no host was changed in this run;
 * where another one was, the run as a whole has failed.
 */
export function exitCode(hosts: readonly HostResult[], { check, signal }: Walked): number {
  if (signal !== undefined) return signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
  const has = (status: HostResult['status']) => hosts.some((host) => host.status === status);
  if (has('unreachable')) return EXIT.unreachable;
  if (has('failed')) return EXIT.failed;
  if (has('declined')) return EXIT.unapproved;
  const changed = !check && hosts.some((host) => host.counts.changed > 0);
  if (has('refused')) return changed ? EXIT.failed : EXIT.refused;
  if (has('locked')) return changed ? EXIT.failed : EXIT.locked;
  return EXIT.ok;
}

/** Of a plan: a run would change something, or a plan cannot know whether it would. */
const PENDING: readonly TaskStatus[] = ['changed', 'at_run_time', 'cannot_tell'];

export function hasPending(hosts: readonly HostResult[]): boolean {
  return hosts.some(({ counts }) => PENDING.some((status) => counts[status] > 0));
}
