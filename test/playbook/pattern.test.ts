import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { matchHosts } from '../../src/playbook/pattern.ts';

describe('host patterns', () => {
  const groups: Readonly<Record<string, readonly string[]>> = { web: ['web1', 'web2', 'both'], db: ['db1', 'both'], none: [] };
  const HOSTS = ['web1', 'web2', 'db1', 'both', 'fe80::1', 'a.b'];
  const hostsOf = (name: string) => groups[name] ?? [];
  const choice = { hosts: HOSTS, groups: Object.keys(groups), hostsOf };
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['all', HOSTS],
    ['*', HOSTS],
    ['', HOSTS],
    ['web', ['web1', 'web2', 'both']],
    ['web:db', ['web1', 'web2', 'db1', 'both']],
    ['web,db1', ['web1', 'web2', 'db1', 'both']],
    ['web:!db', ['web1', 'web2']],
    ['web:&db', ['both']],
    ['all:!web:!db1', ['fe80::1', 'a.b']],
    ['!web:all:&db', ['db1']],
    ['!web', ['db1', 'fe80::1', 'a.b']],
    ['&db', ['db1', 'both']],
    ['none', []],
    ['web:!none', ['web1', 'web2', 'both']],
    ['w*1', ['web1']],
    ['web?', ['web1', 'web2']],
    ['web[!2]', ['web1']],
    ['[v-x]eb?,!web2', ['web1']],
    ['d*', ['db1', 'both']],
    ['a.*', ['a.b']],
    ['~web[12]$', ['web1', 'web2']],
    ['~(we|d)b$', ['web1', 'web2', 'db1', 'both']],
    ['~b', ['both']],
    ['web[0]', ['web1']],
    ['web[-1]', ['both']],
    ['web[0:1]', ['web1', 'web2']],
    ['web[1:]', ['web2', 'both']],
    ['web[1:5]', ['web2', 'both']],
    ['w*[0]:db[1]', ['web1', 'both']],
    ['all[0]', ['web1']],
    ['fe80::1', ['fe80::1']],
    ['web2,!fe80::1', ['web2']],
    ['localhost', ['localhost']],
  ];
  for (const [pattern, hosts] of cases)
    it(`${pattern} means ${hosts.join(' ') || 'no host'}`, () => assert.deepEqual(matchHosts(pattern, choice), { hosts, unknown: [] }));

  it('means what is known of it where a word means nothing', () =>
    assert.deepEqual(matchHosts('wbe:db1', choice), { hosts: ['db1'], unknown: ['wbe'] }));

  const unknown: readonly (readonly [string, readonly string[]])[] = [
    ['wbe:db1', ['wbe']],
    ['we*x:!dbx', ['we*x', 'dbx']],
    ['web[3]', ['web[3]']],
    ['web[-4]', ['web[-4]']],
    ['none[0]', ['none[0]']],
    ['~[', ['~[']],
    ['~x', ['~x']],
    ['ab', ['ab']],
  ];
  for (const [pattern, words] of unknown)
    it(`${pattern} has words that mean nothing`, () => assert.deepEqual(matchHosts(pattern, choice).unknown, words));
});
