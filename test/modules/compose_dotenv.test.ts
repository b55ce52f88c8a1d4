import assert from 'node:assert/strict';
import { chmodSync, chownSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { addToDotenv, restoreDotenv } from '../../src/modules/compose_dotenv.ts';
import { localTarget } from '../support/local_target.ts';

const SECRET = new Map([['GIT_PASS', `pa$s w'#rd`]]);

describe('.env', () => {
  const given = async (before?: string) => {
    const { target, directory } = await localTarget();
    const path = join(directory, '.env');
    if (before !== undefined) writeFileSync(path, before);
    const project = { directory, files: [join(directory, 'docker-compose.yml')], name: 'p' };
    return { target, path, project, mode: () => (statSync(path).mode & 0o777).toString(8) };
  };

  it('is made for its owner alone, and is gone again when that is taken back', async () => {
    const { target, path, project, mode } = await given();
    await addToDotenv(SECRET, project, target);
    assert.deepEqual([mode(), readFileSync(path, 'utf8').startsWith('GIT_PASS=')], ['600', true]);
    await restoreDotenv(project, target);
    assert.equal(existsSync(path), false);
  });

  it("that was there stays its owner's, becomes readable for him alone, and gets text and mode back when that is taken back", async () => {
    const { target, path, project, mode } = await given('A=1');
    chmodSync(path, 0o644);
    if (process.getuid?.() === 0) chownSync(path, 1000, 1000);
    const { uid } = statSync(path);
    await addToDotenv(SECRET, project, target);
    assert.deepEqual([mode(), statSync(path).uid], ['600', uid]);
    assert.match(readFileSync(path, 'utf8'), /^A=1\nGIT_PASS=.*\n$/);
    await addToDotenv(new Map([['B', '2']]), project, target);
    await restoreDotenv(project, target);
    assert.deepEqual([readFileSync(path, 'utf8'), mode(), statSync(path).uid], ['A=1', '644', uid]);
  });

  it('is left alone where nothing is added', async () => {
    const { target, path, project } = await given();
    await addToDotenv(new Map(), project, target);
    await restoreDotenv(project, target);
    assert.equal(existsSync(path), false);
  });
});
