import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { expandRange, matchHosts } from '../../src/playbook/pattern.ts';

describe('host patterns', () => {
  const groups: Readonly<Record<string, readonly string[]>> = { web: ['web1', 'web2', 'both'], db: ['db1', 'both'] };
  const choice = { hosts: ['web1', 'web2', 'db1', 'both'], groups: Object.keys(groups), hostsOf: (name: string) => groups[name] ?? [] };
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['all', ['web1', 'web2', 'db1', 'both']],
    ['web', ['web1', 'web2', 'both']],
    ['web:db', ['web1', 'web2', 'db1', 'both']],
    ['web,db1', ['web1', 'web2', 'db1', 'both']],
    ['web:!db', ['web1', 'web2']],
    ['web:&db', ['both']],
    ['all:!web:!db1', []],
    ['w*1', ['web1']],
    ['web?', ['web1', 'web2']],
    ['localhost', ['localhost']],
  ];
  for (const [pattern, hosts] of cases)
    it(`${pattern} means ${hosts.join(' ') || 'no host'}`, () => assert.deepEqual(matchHosts(pattern, choice), { hosts, unknown: [] }));

  it('names the words that mean nothing', () => assert.deepEqual(matchHosts('wbe:db1', choice), { hosts: ['db1'], unknown: ['wbe'] }));

  const ranges: readonly (readonly [string, readonly string[]])[] = [
    ['a', ['a']],
    ['w[1:3]', ['w1', 'w2', 'w3']],
    ['w[08:10].x', ['w08.x', 'w09.x', 'w10.x']],
    ['n[0:6:3]', ['n0', 'n3', 'n6']],
    ['d[a:c]', ['da', 'db', 'dc']],
    ['r[1:2]c[1:2]', ['r1c1', 'r1c2', 'r2c1', 'r2c2']],
    ['w[3:1]', []],
  ];
  for (const [name, names] of ranges)
    it(`${name} stands for ${names.join(' ') || 'nothing'}`, () => assert.deepEqual(expandRange(name), names));
});
