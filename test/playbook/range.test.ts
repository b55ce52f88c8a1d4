import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { expandRange } from '../../src/playbook/range.ts';

describe('a name with ranges', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a', 'a'],
    ['w[1:3]', 'w1 w2 w3'],
    ['w[08:10].x', 'w08.x w09.x w10.x'],
    ['w[8:10]', 'w8 w9 w10'],
    ['w[:2]', 'w0 w1 w2'],
    ['w[0:1]', 'w0 w1'],
    ['w[00:02:2]', 'w00 w02'],
    ['n[0:7:3]', 'n0 n3 n6'],
    ['d[a:c]', 'da db dc'],
    ['d[a:e:2]', 'da dc de'],
    ['d[y:B]', 'dy dz dA dB'],
    ['r[1:2]c[a:b]', 'r1ca r1cb r2ca r2cb'],
  ];
  for (const [name, names] of cases)
    it(`${name} stands for ${names}`, () => assert.deepEqual(expandRange(name), { names: names.split(' ') }));

  const faults: readonly (readonly [string, string])[] = [
    ['w[3:1]', 'has a range that runs backwards'],
    ['w[c:a]', 'has a range that runs backwards'],
    ['w[1:3', 'has a [ that is not closed'],
    ['w]x[1:3]', 'has a ] that closes nothing'],
    ['w[1]', 'has a range that is not [from:to] or [from:to:step]'],
    ['w[1:]', 'has a range that is not [from:to] or [from:to:step]'],
    ['w[1:2:3:4]', 'has a range that is not [from:to] or [from:to:step]'],
    ['w[1:9:0]', 'has the step 0, which is no whole number from 1 on'],
    ['w[1:9:]', 'has the step "", which is no whole number from 1 on'],
    ['w[1:c]', 'has a range that is not from number to number or from letter to letter'],
    ['w[ab:cd]', 'has a range that is not from number to number or from letter to letter'],
    ['w[01:100]', 'has a range from 01 to 100: with a leading 0 both have to be equally long'],
    ['w[1:10001]', 'stands for more than 10,000 hosts'],
    ['w[1:200][1:200]', 'stands for more than 10,000 hosts'],
    [`w${'[1:1]'.repeat(10_000)}`, 'is too long for the name of a host'],
    ['w[1:2]x[', 'has a [ that is not closed'],
  ];
  for (const [name, fault] of faults) it(`${name.slice(0, 40)} ${fault}`, () => assert.deepEqual(expandRange(name), { fault }));
});
