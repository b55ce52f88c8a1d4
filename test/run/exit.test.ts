import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { HostResult, HostStatus, TaskStatus } from '../../src/run/events.ts';
import { exitCode, hasPending } from '../../src/run/exit.ts';

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
    it(`is ${code}: ${what}`, () => assert.equal(exitCode(hosts, { check: false, signal }), code));
  }

  const plans: readonly (readonly [number, string, readonly HostResult[]])[] = [
    [4, 'one would be refused, another one would be changed', [host('ok', 1), host('refused')]],
    [5, 'one failed, another one would be changed', [host('ok', 1), host('failed')]],
    [6, 'one unreachable, one would be refused', [host('unreachable'), host('refused')]],
  ];
  for (const [code, what, hosts] of plans) {
    it(`of a plan is ${code}: ${what}`, () => assert.equal(exitCode(hosts, { check: true, signal: undefined }), code));
  }
});

describe('a plan', () => {
  const counted = (status: TaskStatus): HostResult => ({ ...host('ok'), counts: { ...host('ok').counts, [status]: 1 } });
  for (const status of ['changed', 'at_run_time', 'cannot_tell'] as const) {
    it(`has something pending where a task is ${status}`, () => assert.equal(hasPending([host('ok'), counted(status)]), true));
  }

  it('has nothing pending where all is as declared, or skipped', () => {
    assert.equal(hasPending([counted('ok'), counted('skipped')]), false);
  });
});
