import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'mocha';
import { Refusal, type TaskError } from '../../src/base/errors.ts';
import { clonePath, makeClone, removeClones } from '../../src/migration/clone.ts';
import { rename } from '../../src/migration/shell.ts';
import { localTarget } from '../support/local_target.ts';
import { ScriptedConnection } from '../support/scripted_connection.ts';

const SEGMENTS = ["nodes/0/indices/u u'1/0/index/_0.cfs", 'nodes/0/indices/u2/4/index/_1_Lucene50_0.doc'];
const COPIED = ["nodes/0/indices/u u'1/0/index/segments_3", 'nodes/0/indices/u2/4/translog/translog-1.tlog', 'nodes/0/_state/global-1.st'];
const LEFT_OUT = ["nodes/0/indices/u u'1/0/index/write.lock", 'nodes/0/node.lock'];

async function place() {
  const { target, directory } = await localTarget();
  const source = join(directory, 'elastic');
  for (const file of [...SEGMENTS, ...COPIED, ...LEFT_OUT]) {
    mkdirSync(dirname(join(source, file)), { recursive: true });
    writeFileSync(join(source, file), file);
    chmodSync(join(source, file), 0o640);
  }
  return { connection: target.connection, directory, source, clone: clonePath(source, 'r') };
}

describe('a clone of a data directory', () => {
  it('shares the segment files, has its own of what is written in place, and no locks', async () => {
    const { connection, source, clone } = await place();
    assert.equal(await makeClone(connection, source, clone), SEGMENTS.length + COPIED.length);
    const inode = (path: string) => statSync(path).ino;
    for (const file of SEGMENTS) assert.equal(inode(join(clone, file)), inode(join(source, file)), file);
    for (const file of COPIED) {
      assert.notEqual(inode(join(clone, file)), inode(join(source, file)), file);
      assert.equal(readFileSync(join(clone, file), 'utf8'), file);
      assert.equal(statSync(join(clone, file)).mode & 0o777, 0o640);
    }
    for (const file of LEFT_OUT) assert.ok(!existsSync(join(clone, file)) && existsSync(join(source, file)), file);
  });

  it('is removed without a trace in the source', async () => {
    const { connection, directory, source, clone } = await place();
    await makeClone(connection, source, clone);
    await removeClones(connection, source);
    assert.deepEqual(readdirSync(directory), ['elastic']);
    for (const file of [...SEGMENTS, ...COPIED]) assert.equal(readFileSync(join(source, file), 'utf8'), file);
  });

  it('is refused where there are no hard links, with the way out', async () => {
    const connection = new ScriptedConnection([['sh -c', { code: 3, stderr: 'cp: cannot create hard link: Operation not permitted\n' }]]);
    await assert.rejects(makeClone(connection, '/data/elastic', '/data/.switchyard-clone-r'), (error: Refusal) => {
      assert.ok(error instanceof Refusal);
      assert.equal(error.message, '/data/elastic cannot be cloned by hard links: cp: cannot create hard link: Operation not permitted');
      assert.match(error.detail.next ?? '', /allow_open_original: true/);
      return true;
    });
  });
});

describe('a new name for a directory', () => {
  it('never takes the place of what has that name', async () => {
    const { connection, directory, source } = await place();
    mkdirSync(join(directory, 'taken'));
    await assert.rejects(rename(connection, source, join(directory, 'taken')), (error: TaskError) => {
      assert.match(error.message, /^cannot rename .*elastic to .*taken: .*taken is there already$/);
      return true;
    });
    assert.deepEqual(readdirSync(join(directory, 'taken')), []);
    await rename(connection, source, join(directory, 'elastic_migrated_x'));
    assert.deepEqual(readdirSync(directory).sort(), ['elastic_migrated_x', 'taken']);
  });
});
