import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { HostResult, HostStatus } from '../../src/run/events.ts';
import { exitCode } from '../../src/run/exit.ts';

const host = (status: HostStatus, changed = 0): HostResult => ({
  host: status,
  status,
  counts: { ok: 0, changed, skipped: 0, failed: 0, refused: 0, unreachable: 0, at_run_time: 0, cannot_tell: 0 },
  message: '',
});

describe('the exit code of a run', () => {
  const cases: readonly (readonly [number, string, readonly HostResult[], string?])[] = [
    [0, 'all came through', [host('ok', 3), host('ended')]],
    [4, 'one refused, none changed', [host('refused'), host('ended')]],
    [5, 'one refused after another one was changed', [host('ok', 1), host('refused')]],
    [5, 'one failed', [host('failed'), host('refused')]],
    [6, 'one unreachable, one failed', [host('failed'), host('unreachable')]],
    [7, 'one locked, none changed', [host('locked'), host('ok')]],
    [5, 'one locked, another one changed', [host('locked'), host('ok', 1)]],
    [130, 'interrupted', [host('failed')], 'SIGINT'],
    [143, 'terminated', [host('ok')], 'SIGTERM'],
  ];
  for (const [code, what, hosts, signal] of cases) {
    it(`is ${code}: ${what}`, () => assert.equal(exitCode(hosts, signal), code));
  }
});
