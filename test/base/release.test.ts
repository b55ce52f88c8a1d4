import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { compareReleases, parseRelease } from '../../src/base/release.ts';
import { stampOf } from '../../src/base/stamp.ts';

describe('releases', () => {
  const order: readonly (readonly [string, '<' | '=' | '>', string])[] = [
    ['0.9', '<', '0.10'],
    ['0.15.1', '<', '0.16'],
    ['0.15.0-352', '<', '0.16.0-306'],
    ['0.15.1-366', '<', '0.15.1-367'],
    ['0.15', '=', '0.15.0'],
    ['0.15.1', '=', '0.15.1-367'],
    ['v1.17.1-554', '>', '1.17.0'],
    ['2.0.0', '>', '1.17.1-554'],
  ];
  for (const [a, sign, b] of order) {
    it(`${a} ${sign} ${b}`, () => {
      const difference = compareReleases(parseRelease(a)!, parseRelease(b)!);
      assert.equal(difference < 0 ? '<' : difference > 0 ? '>' : '=', sign);
    });
  }

  for (const text of ['', 'latest', '0.15.1-rc1', '1..2', '1.2.3.4.5']) {
    it(`"${text}" is none`, () => assert.equal(parseRelease(text), undefined));
  }

  it('a stamp is UTC, to the second, and sorts by time', () => {
    assert.equal(stampOf(new Date('2026-03-04T05:06:07.890+01:00')), '20260304_040607');
  });
});
