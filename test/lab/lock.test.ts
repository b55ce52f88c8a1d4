import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { LabError } from '../../lab/errors.ts';
import { alone } from '../../lab/lock.ts';

describe("the lab's lock", () => {
  let folder: string;
  let file: string;
  let said: string[];
  const options = (seconds: number) => ({ file, seconds, say: (text: string) => said.push(text) });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-lab-lock-'));
    file = join(folder, 'lock');
    said = [];
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('lets one command work after the other, and is gone afterwards', async () => {
    const steps: string[] = [];
    const work = (name: string) => async () => {
      steps.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      steps.push(`${name} ends`);
    };
    await Promise.all([alone(work('first'), options(5)), alone(work('second'), options(5))]);
    assert.equal(steps[0]!.split(' ')[0], steps[1]!.split(' ')[0]);
    assert.equal(steps.length, 4);
    assert.deepEqual(said, [`another command of the lab is at work (process ${process.pid}): waiting for it`]);
    assert.ok(!existsSync(file));
  });

  it('is gone after work that failed', async () => {
    await assert.rejects(
      alone(() => Promise.reject(new Error('no')), options(1)),
      /no/,
    );
    assert.ok(!existsSync(file));
  });

  it('counts for nothing when its process was killed', async () => {
    await writeFile(file, '4194304');
    assert.equal(await alone(async () => 'done', options(1)), 'done');
  });

  it('counts for nothing when its process was killed before it wrote its number', async () => {
    await writeFile(file, '');
    assert.equal(await alone(async () => 'done', options(1)), 'done');
  });

  it('gives up on a command that does not end, and leaves its lock', async () => {
    await writeFile(file, String(process.pid));
    await assert.rejects(
      alone(async () => 'done', options(0.3)),
      LabError,
    );
    assert.ok(existsSync(file));
  });
});
