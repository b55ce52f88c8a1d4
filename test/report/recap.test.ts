import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { recap } from '../../src/report/recap.ts';
import { hostResult, MISSING, NO_MEMORY } from './story.ts';

const run = { check: false, exit: 0, duration_ms: 187_000, color: false };

describe('recap', () => {
  it('counts the tasks of each host and says what an ended host found', () => {
    const hosts = [hostResult('trains-1', 'ok', { ok: 12, changed: 4 }), hostResult('b', 'ended', { ok: 1 }, undefined, 'already at 0.16')];
    assert.deepEqual(recap(hosts, run).split('\n'), [
      'host      ok  changed  skipped  failed  status',
      'trains-1  12        4        0       0  ok',
      'b          1        0        0       0  ended: already at 0.16',
      '',
      '2 hosts: 1 ok, 1 ended; tasks: 4 changed, 13 ok; 3 min 7 s; exit 0',
      '',
    ]);
  });

  it('tells of hosts with the same cause together, each with its state and what to type next', () => {
    const gone = (host: string) => ({ message: `${host}: the link was lost`, next: 'switchyard resume 20261123_093700' });
    const hosts = [
      hostResult('a', 'unreachable', { ok: 1, unreachable: 1 }, gone('a')),
      hostResult('b', 'failed', { failed: 1 }, MISSING),
      hostResult('c', 'unreachable', { unreachable: 1 }, gone('c')),
      hostResult('d', 'not_run', {}, undefined, '3 of 3 hosts of the batch before did not come through: a, b, c'),
    ];
    assert.deepEqual(recap(hosts, { ...run, exit: 6, duration_ms: 3_000 }).split('\n'), [
      'host  ok  changed  skipped  failed  unreachable  status',
      'a      1        0        0       0            1  unreachable',
      'b      0        0        0       1            0  failed',
      'c      0        0        0       0            1  unreachable',
      'd      0        0        0       0            0  not run',
      '',
      'a, c  unreachable: the link was lost',
      '  next: switchyard resume 20261123_093700',
      'b  failed: copy documents: 120 of 4,310 documents missing',
      '  state: the old server runs and serves',
      '  next: switchyard resume 20261123_093700',
      'd  not run: 3 of 3 hosts of the batch before did not come through: a, b, c',
      '',
      '4 hosts: 2 unreachable, 1 failed, 1 not run; tasks: 1 ok, 1 failed, 2 unreachable; 3.0 s; exit 6: a host is unreachable or was lost',
      '',
    ]);
  });

  it('uses the words of a plan', () => {
    const hosts = [hostResult('a', 'ok', { changed: 2, ok: 3, at_run_time: 1, cannot_tell: 1, skipped: 1 })];
    assert.deepEqual(recap(hosts, { ...run, check: true, exit: 10 }).split('\n'), [
      'host  would change  ok  decided at run time  cannot tell  skipped  status',
      'a                2   3                    1            1        1  ok',
      '',
      '1 host: 1 ok; tasks: 2 would change, 3 ok, 1 decided at run time, 1 cannot tell, 1 skipped; 3 min 7 s; exit 10: changes pending',
      '',
    ]);
  });

  it('paints a refused host, where colour is on', () => {
    const text = recap([hostResult('b', 'refused', { refused: 1 }, NO_MEMORY)], { ...run, exit: 4, color: true });
    assert.deepEqual(text.split('\n').slice(1, 4), [
      '\u001b[31mb      0        0        0       0        1  refused\u001b[39m',
      '',
      '\u001b[31mb  refused: a machine of 8 GB is needed, this one has 3.9 GB\u001b[39m',
    ]);
  });
});
