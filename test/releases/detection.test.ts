import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Refusal } from '../../src/base/errors.ts';
import { concludeRelease, type Evidence } from '../../src/releases/detection.ts';
import { elasticsearchMajor, releasesOn } from '../../src/releases/releases.ts';

const piece = (kind: Evidence['kind'], more: Partial<Evidence>): Evidence => ({
  kind,
  source: kind,
  says: more.release ?? `Elasticsearch ${more.elasticsearch}`,
  ...more,
});
const conclude = (...pieces: Evidence[]) => concludeRelease(pieces, 'the server');

describe('evidence', () => {
  it('of the API counts most, and the build may come from elsewhere', () => {
    const found = conclude(
      piece('file', { release: '0.15.0' }),
      piece('image', { release: '0.15.1-367' }),
      piece('api', { release: '0.15.1' }),
      piece('elasticsearch', { elasticsearch: 5 }),
    );
    assert.deepEqual(found, { release: '0.15.1', build: '367', elasticsearch: 5 });
  });

  const against: readonly (readonly [string, readonly Evidence[]])[] = [
    ['two releases', [piece('api', { release: '0.15.1' }), piece('image', { release: '0.16.1-320' })]],
    ['an Elasticsearch that the release never ran on', [piece('api', { release: '0.15.1' }), piece('elasticsearch', { elasticsearch: 7 })]],
  ];
  for (const [what, pieces] of against) {
    it(`that contradicts itself is refused, not averaged: ${what}`, () => {
      assert.throws(
        () => conclude(...pieces),
        (error: Error) =>
          error instanceof Refusal &&
          /^evidence disagrees: api says 0\.15\.1; /.test(error.message) &&
          /^find out which one is true of the server, and make the compose file and the containers agree$/.test(error.detail.next ?? ''),
      );
    });
  }

  it('that names no release is refused with what was seen', () => {
    assert.throws(
      () => conclude(piece('elasticsearch', { elasticsearch: 5 })),
      (error: Error) =>
        error instanceof Refusal &&
        /^cannot tell the release of the server: it runs on Elasticsearch 5 \(0\.9\.0 to before 0\.16\.0\)/.test(error.message) &&
        /^start the server .* and run this again: its API tells the release$/.test(error.detail.next ?? ''),
    );
    assert.throws(() => conclude(), /seen: nothing/);
  });

  it('of MongoDB is a lower bound: it contradicts an older release only, and names none', () => {
    const mark = (release: string) => piece('mongo', { release });
    assert.equal(conclude(piece('api', { release: '0.15.1' }), mark('0.13.0')).release, '0.15.1');
    assert.equal(conclude(piece('api', { release: '0.16.0' }), mark('0.16.1')).release, '0.16.0');
    assert.equal(conclude(piece('api', { release: '0.11.0' }), mark('0.12.1')).release, '0.11.0', '0.11 ships the migration 0.12.1');
    assert.throws(
      () => conclude(piece('api', { release: '0.15.1' }), mark('0.16.0')),
      /^Refusal: evidence disagrees: api says 0\.15\.1; mongo says 0\.16\.0/,
    );
    assert.throws(() => conclude(piece('api', { release: '0.11.0' }), mark('0.13.0')), /evidence disagrees/);
    assert.throws(() => conclude(mark('0.15.0')), /cannot tell the release of the server/);
  });

  it('of the data does not outvote the server: it is a state to act on', () => {
    assert.equal(conclude(piece('api', { release: '0.16.1' }), piece('data', { elasticsearch: 5 })).release, '0.16.1');
  });
});

describe('what is known of releases', () => {
  it('tells the Elasticsearch of each', () => {
    assert.deepEqual(['0.15.1', '0.16', '1.16.2', '1.17', '2.3', 'x'].map(elasticsearchMajor), [5, 7, 7, 8, 8, undefined]);
    assert.deepEqual([releasesOn(5), releasesOn(8), releasesOn(6)], ['0.9.0 to before 0.16.0', '1.17.0 or newer', undefined]);
  });
});
