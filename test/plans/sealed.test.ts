import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Sealer } from '../../src/plans/sealed.ts';

describe('a sealed value', () => {
  it('is known again with the same salt, and no other value is taken for it', () => {
    const one = new Sealer();
    const sealed = one.seal('correct-horse');
    const later = new Sealer(one.salt);
    assert.deepEqual(
      [later.isSame('correct-horse', sealed), later.isSame('wrong-horse', sealed), later.isSame(undefined, sealed), later.isSame('', '')],
      [true, false, false, false],
    );
  });

  it('says nothing: another plan seals the same value otherwise, and a number is no text', () => {
    assert.notEqual(new Sealer().seal('4711'), new Sealer().seal('4711'));
    const one = new Sealer();
    assert.notEqual(one.seal(4711), one.seal('4711'));
    assert.match(one.seal('4711'), /^[A-Za-z0-9+/]{43}=$/);
  });
});
