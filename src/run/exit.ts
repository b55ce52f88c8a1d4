// How a run's end becomes the process's exit code.
import type { HostResult } from './events.ts';

export const EXIT = {
  ok: 0,
  bug: 1,
  usage: 2,
  invalid: 3,
  refused: 4,
  failed: 5,
  unreachable: 6,
  locked: 7,
  interrupted: 130,
} as const;

/**
 * The worst that happened to any host: unreachable before failed. `refused` and `locked` are told only if no host was changed in this run;
 * where another one was, the run as a whole has failed.
 */
export function exitCode(hosts: readonly HostResult[], signal: string | undefined): number {
  if (signal !== undefined) return signal === 'SIGTERM' ? 143 : EXIT.interrupted;
  const has = (status: HostResult['status']) => hosts.some((host) => host.status === status);
  if (has('unreachable')) return EXIT.unreachable;
  if (has('failed')) return EXIT.failed;
  const changed = hosts.some((host) => host.counts.changed > 0);
  if (has('refused')) return changed ? EXIT.failed : EXIT.refused;
  if (has('locked')) return changed ? EXIT.failed : EXIT.locked;
  return EXIT.ok;
}
