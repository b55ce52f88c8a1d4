import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { changedFiles, Reads } from '../../src/plans/reads.ts';

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'; // echo -n abc | sha256sum

describe('the files of a plan', () => {
  it('are those that were read, by what was in them, relative to the directory', () => {
    const reads = new Reads('/srv', (path) => {
      if (path.endsWith('none.yml')) throw new Error('ENOENT');
      return 'abc';
    });
    reads.read('/srv/play/a.yml');
    assert.throws(() => reads.read('/srv/none.yml'));
    reads.read('/etc/b.yml');
    reads.read('/srv/play/a.yml');
    assert.deepEqual(reads.files, [
      { path: 'play/a.yml', sha256: ABC },
      { path: '../etc/b.yml', sha256: ABC },
    ]);
  });

  it('have changed, are gone or are new', () => {
    const file = (path: string, sha256 = ABC) => ({ path, sha256 });
    assert.deepEqual(changedFiles([file('same'), file('gone'), file('other')], [file('new'), file('other', 'x'), file('same')]), [
      'gone is not there any more',
      'other has changed',
      'new is new',
    ]);
  });
});
