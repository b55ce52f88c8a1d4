import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { Refusal } from '../../src/base/errors.ts';
import { serverRelease } from '../../src/modules/server_release.ts';
import { type Engine, fakeEngine } from '../support/engine.ts';
import { normalFacts, type Row, scriptedTarget } from '../support/scripted_connection.ts';

// A real server is looked at in the end-to-end tests; here is what it says where there is none.
describe('server_release', () => {
  let engine: Engine;
  afterEach(() => engine.close());
  const look = async (rows: readonly Row[], containers: readonly object[] = [], images: readonly string[] = [], files = {}) => {
    const listed = [...images.map((tag) => ({ Id: tag, RepoTags: [tag] })), { Id: 'x', RepoTags: null }];
    engine = await fakeEngine({ 'GET /containers/json': containers, 'GET /images/json': listed }, rows, files);
    return serverRelease.check({ project_dir: '/opt/trains' }, scriptedTarget(engine.connection));
  };
  const refusal = (message: RegExp, next: RegExp) => (error: Refusal) => {
    assert.ok(error instanceof Refusal);
    assert.match(error.message, message);
    assert.match(error.detail.next ?? '', next);
    return true;
  };

  it('says that there is no server, where it looked, and how to say where it is', async () => {
    await assert.rejects(
      look([
        [/^ls -1A/, ''],
        [/parked-\*/, ''],
      ]),
      refusal(/no Trains server at \/opt\/trains: looked for \/opt\/trains\/docker-compose\.yml/, /-e trains_dir=/),
    );
  });

  it('says where the server is that bears the names', async () => {
    const labels = { 'com.docker.compose.project': 'trains', 'com.docker.compose.project.working_dir': '/srv/trains' };
    const other = { Id: 'x', Names: ['/trains-elastic'], State: 'running', Image: 'i', ImageID: 'i', Labels: labels };
    const rows: readonly Row[] = [
      [/^ls -1A/, ''],
      [/parked-\*/, ''],
    ];
    await assert.rejects(
      look(rows, [other]),
      refusal(/containers trains-elastic are there, but no compose file of theirs/, /^-e trains_dir=\/srv\/trains$/),
    );
  });

  it('says that an upgrade has parked the server, and how it is started again: with the images it had', async () => {
    const parked = '/opt/trains/docker-compose.yml.parked-20260101_000000';
    const images = [
      'allegroai/trains:latest',
      'allegroai/trains:switchyard-20260101_000000-abcd',
      'reg:5000/redis:5.0-switchyard-20260101_000000-abcd',
      'allegroai/trains:switchyard-20250101_000000-ffff',
    ];
    const file =
      'services: { elasticsearch: { image: elasticsearch:5, volumes: ["/opt/trains/data/elastic:/usr/share/elasticsearch/data"] } }';
    const rows: readonly Row[] = [
      [/^ls -1A -- \/opt\/trains$/, `${posix.basename(parked)}\n`],
      [/^ls -1A -- \/opt\/trains\/data$/, 'elastic\n'],
      [/^ls -1A -- \/opt\/trains\/.switchyard\/runs$/, ''],
      [/parked-\*/, `${parked}\n`],
      [/config$/, file],
    ];
    const commands = [
      'docker tag allegroai/trains:switchyard-20260101_000000-abcd allegroai/trains:latest',
      'docker tag reg:5000/redis:5.0-switchyard-20260101_000000-abcd reg:5000/redis:5.0',
      'cd /opt/trains',
      'mv -n docker-compose.yml.parked-20260101_000000 docker-compose.yml',
      'docker compose up -d',
    ];
    await assert.rejects(look(rows, [], images, { [parked]: file }), (error: Refusal) => {
      assert.equal(error.message, `the server at /opt/trains is parked: an upgrade has set its compose file aside as ${parked}`);
      assert.equal(error.detail.next, `on trains-1: ${commands.join(' && ')}; then run this again`);
      return error instanceof Refusal;
    });
  });

  it('says that a directory is not there', async () => {
    await assert.rejects(
      look([[/^ls -1A/, { code: 2, stderr: "ls: cannot access '/opt/trains': No such file or directory" }]]),
      /the directory is not there/,
    );
  });

  it('says that it could not look, instead of "there is nothing"', async () => {
    engine = await fakeEngine({});
    const facts = { docker: { ...normalFacts.docker, version: '', unknown: 'Cannot connect to the Docker daemon' } };
    await assert.rejects(
      serverRelease.check({ project_dir: '/opt/trains' }, scriptedTarget(engine.connection, { facts })),
      /cannot look at containers: Cannot connect/,
    );
  });
});
