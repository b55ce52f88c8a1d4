// How a run's end becomes the process's exit code.
import { EXIT } from '../base/exit.ts';
import type { HostResult } from './events.ts';

/**
 * The worst that happened to any host: unreachable before failed. `refused` and `locked` are told only if no host was changed in this run;
 * where another one was, the run as a whole has failed.
 */
export function exitCode(hosts: readonly HostResult[], signal: string | undefined): number {
  if (signal !== undefined) return signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
  const has = (status: HostResult['status']) => hosts.some((host) => host.status === status);
  if (has('unreachable')) return EXIT.unreachable;
  if (has('failed')) return EXIT.failed;
  const changed = hosts.some((host) => host.counts.changed > 0);
  if (has('refused')) return changed ? EXIT.failed : EXIT.refused;
  if (has('locked')) return changed ? EXIT.failed : EXIT.locked;
  return EXIT.ok;
}
