import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { format, median, toJson } from '../../bench/result.ts';

const result = {
  figures: [
    { name: 'start', value: 3.5, unit: '×', budget: 4 },
    { name: 'a fleet', value: 12.25, unit: 's', budget: 3 },
    { name: 'memory', value: 100, unit: 'MiB' },
  ],
  seconds: { node: [0.25, 0.5, 0.125] },
  counts: { hosts: [1, 2] },
};

describe('the result of a bench', () => {
  it('takes the middle of the rounds', () => {
    assert.deepEqual([median([3, 1, 2]), median([4, 1, 2, 3])], [2, 2.5]);
  });

  it('says of each figure whether its budget holds, and of each kind of run how far it spreads', () => {
    assert.deepEqual(format(result).split('\n'), [
      'start      3.500 ×  budget 4 ×: holds',
      'a fleet     12.3 s  budget 3 s: MISSED',
      'memory   100.0 MiB',
      'node       0.250 s  0.125 to 0.500 s, 3 runs',
      '',
    ]);
  });

  it('is for programs the same, with the raw seconds and the machine', () => {
    const { machine, ...rest } = JSON.parse(toJson('try', result)) as { machine: Record<string, unknown> };
    assert.deepEqual(rest, {
      version: 1,
      bench: 'try',
      figures: [
        { ...result.figures[0], holds: true },
        { ...result.figures[1], holds: false },
        { ...result.figures[2], holds: true },
      ],
      seconds: result.seconds,
      counts: result.counts,
    });
    assert.deepEqual(Object.keys(machine), ['node', 'platform', 'cores', 'cpu']);
  });
});
