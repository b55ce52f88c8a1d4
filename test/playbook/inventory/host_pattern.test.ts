import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readHostPattern } from '../../../src/playbook/inventory/host_pattern.ts';

describe('a host as inventories name it', () => {
  const cases: readonly (readonly [string, readonly string[], number | undefined])[] = [
    ['web', ['web'], undefined],
    ['web:2222', ['web'], 2222],
    ['web.example.org:22', ['web.example.org'], 22],
    ['10.0.0.1:22', ['10.0.0.1'], 22],
    ['10.0.0.[1:2]:22', ['10.0.0.1', '10.0.0.2'], 22],
    ['w[1:2].x[a:b]', ['w1.xa', 'w1.xb', 'w2.xa', 'w2.xb'], undefined],
    ['fe80::1', ['fe80::1'], undefined],
    ['::1', ['::1'], undefined],
    ['1:2:3:4:5:6:7:8', ['1:2:3:4:5:6:7:8'], undefined],
    ['[fe80::1]:22', ['fe80::1'], 22],
    ['[web]:22', ['web'], 22],
    ['a b:22', ['a b:22'], undefined],
    ['-web:22', ['-web:22'], undefined],
    ['web_:22', ['web_:22'], undefined],
    ['web:ssh', ['web:ssh'], undefined],
    ['web:', ['web:'], undefined],
  ];
  for (const [text, hosts, port] of cases)
    it(`${text} stands for ${hosts.join(' ')}${port === undefined ? '' : ` with the port ${port}`}`, () =>
      assert.deepEqual(readHostPattern(text), { hosts, port }));

  it('may have a range that says nothing', () =>
    assert.deepEqual(readHostPattern('[fe80::1]'), { fault: 'has a range that is not [from:to] or [from:to:step]' }));
});
