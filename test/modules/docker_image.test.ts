import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { dockerImage } from '../../src/modules/docker_image.ts';
import { type Answers, type Engine, fakeEngine } from '../support/engine.ts';
import { scriptedTarget } from '../support/scripted_connection.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

describe('docker_image', () => {
  let engine: Engine;
  const targetOf = async (answers: Answers) => {
    engine = await fakeEngine(answers);
    return scriptedTarget(engine.connection);
  };
  afterEach(() => engine.close());

  it('has nothing to do for an image that is there', async () => {
    const target = await targetOf({ 'GET /images/redis:5.0/json': { Id: 'sha256:1' } });
    assert.deepEqual(await dockerImage.check({ name: 'redis:5.0' }, target), {
      status: 'ok',
      outputs: { images: [{ name: 'redis:5.0', old_id: 'sha256:1', new_id: 'sha256:1', tagged: '' }] },
    });
  });

  it('pulls what is not there, and says so', async () => {
    const target = await targetOf({});
    const result = await dockerImage.check({ names: ['redis:5.0', 'redis:5.0'] }, target);
    assert.equal(result.status === 'changes' && result.change.summary, 'pull redis:5.0 (not on the host)');
  });

  it('asks the registry about :latest, and pulls only another one', async () => {
    const local = { Id: 'sha256:1', RepoDigests: [`a/b@${digest('a')}`] };
    let target = await targetOf({
      'GET /images/a/b:latest/json': local,
      'GET /distribution/a/b:latest/json': { Descriptor: { digest: digest('a') } },
    });
    assert.equal((await dockerImage.check({ name: 'a/b' }, target)).status, 'ok');
    await engine.close();
    target = await targetOf({
      'GET /images/a/b:latest/json': local,
      'GET /distribution/a/b:latest/json': { Descriptor: { digest: digest('b') } },
    });
    const result = await dockerImage.check({ name: 'a/b' }, target);
    assert.equal(result.status === 'changes' && result.change.summary, 'pull a/b:latest (the registry has another one)');
  });

  it('takes a registry that does not answer for a reason to pull, never for "nothing new"', async () => {
    const target = await targetOf({ 'GET /images/a/b:latest/json': { Id: 'sha256:1' }, 'GET /distribution/a/b:latest/json': 500 });
    const result = await dockerImage.check({ name: 'a/b:latest' }, target);
    assert.match(result.status === 'changes' ? result.change.summary : '', /the registry could not be asked/);
  });

  it('keeps what the containers run where an earlier run has pulled already: the name is the new image then', async () => {
    const target = await targetOf({
      'GET /containers/json': [{ Id: 'c1' }, { Id: 'c2' }],
      'GET /containers/c1/json': { Config: { Image: 'a/b' }, Image: 'sha256:old', State: { Running: true } },
      'GET /containers/c2/json': { Config: { Image: 'a/b:latest' }, Image: 'sha256:older', State: { Running: false } },
      'GET /images/a/b:latest/json': { Id: 'sha256:new', RepoDigests: [`a/b@${digest('b')}`] },
      'GET /distribution/a/b:latest/json': { Descriptor: { digest: digest('b') } },
      'POST /images/sha256:old/tag': 201,
    });
    const args = { name: 'a/b', tag_old: 'switchyard-2' };
    const looked = await dockerImage.check(args, target);
    assert.ok(looked.status === 'changes');
    assert.equal(looked.change.summary, 'keep what the containers run of a/b:latest as a/b:switchyard-2');
    const outputs = await dockerImage.apply(args, looked.change, target);
    assert.deepEqual(outputs, { images: [{ name: 'a/b:latest', old_id: 'sha256:old', new_id: 'sha256:new', tagged: 'a/b:switchyard-2' }] });
    const posts = engine.asked.filter((line) => line.startsWith('POST'));
    assert.deepEqual(posts, ['POST /images/sha256:old/tag?repo=a%2Fb&tag=switchyard-2']);
  });

  it('keeps the old image under a tag before it pulls', async () => {
    const target = await targetOf({
      'GET /containers/json': [],
      'GET /images/a/b:latest/json': { Id: 'sha256:1', RepoDigests: [] },
      'GET /distribution/a/b:latest/json': { Descriptor: { digest: digest('b') } },
      'POST /images/sha256:1/tag': 201,
      'POST /images/create': '{"status":"Pulling"}\n{"status":"done"}\n',
    });
    const args = { name: 'a/b:latest', tag_old: 'switchyard-1' };
    const looked = await dockerImage.check(args, target);
    assert.equal(looked.status, 'changes');
    const outputs = await dockerImage.apply(args, (looked as Extract<typeof looked, { status: 'changes' }>).change, target);
    assert.deepEqual(outputs, { images: [{ name: 'a/b:latest', old_id: 'sha256:1', new_id: 'sha256:1', tagged: 'a/b:switchyard-1' }] });
    const posts = engine.asked.filter((line) => line.startsWith('POST'));
    assert.deepEqual(
      posts.map((line) => line.split('?')[0]),
      ['POST /images/sha256:1/tag', 'POST /images/create'],
    );
  });

  it('fails on an error that comes in the middle of the stream', async () => {
    const target = await targetOf({ 'POST /images/create': '{"status":"Pulling"}\n{"error":"no space left on device"}\n' });
    const looked = await dockerImage.check({ name: 'redis:5.0' }, target);
    await assert.rejects(
      dockerImage.apply({ name: 'redis:5.0' }, (looked as Extract<typeof looked, { status: 'changes' }>).change, target),
      /^TaskError: trains-1: cannot pull redis:5\.0: no space left on device$/,
    );
  });
});
