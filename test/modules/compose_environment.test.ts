// What a step gives for .env: what is added, what is refused, and what a reader of .env files makes of it.
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, it } from 'mocha';
import type { Refusal } from '../../src/base/errors.ts';
import { addToDotenv, restoreDotenv } from '../../src/modules/compose_dotenv.ts';
import { valuesToAdd } from '../../src/modules/compose_environment.ts';
import { localTarget } from '../support/local_target.ts';
import { normalFacts, ScriptedConnection, scriptedTarget } from '../support/scripted_connection.ts';

const FILE = 'services: { agent: { environment: ["A=${HOST_IP}", "B=${GIT_USER:-}", "C=${GIT_PASS:-}"] } }\n';
const compose = { ...normalFacts, compose: { command: ['docker-compose'], version: '1.29.2' } };

describe('what a step gives for .env', () => {
  const PASSWORDS = ['plain', 'pa$s w#o"rd', ' blanks ', "it's", 'a=b', 'back\\slash', '#', '$HOME', 'tilde~!*?;&|<>()`'];
  for (const password of PASSWORDS) {
    it(`is read back as it was: ${password}`, async () => {
      const { target, directory } = await localTarget({ facts: compose });
      const project = { directory, files: [join(directory, 'docker-compose.yml')], name: 'p' };
      const file = join(directory, '.env');
      writeFileSync(project.files[0]!, FILE);
      writeFileSync(file, 'KEPT="as it is" # so\nlast=1');
      chmodSync(file, 0o644);
      const given = { state: 'present', environment: { GIT_PASS: password, GIT_USER: '' } } as const;

      const values = await valuesToAdd(given, project, target);
      assert.deepEqual([...values], [['GIT_PASS', password]]);
      assert.equal(readFileSync(file, 'utf8'), 'KEPT="as it is" # so\nlast=1');
      await addToDotenv(values, project, target);
      assert.deepEqual({ ...parseEnv(readFileSync(file, 'utf8')) }, { KEPT: 'as it is', last: '1', GIT_PASS: password });
      assert.equal(statSync(file).mode & 0o777, 0o600);
      if (password.length >= 4) assert.equal(target.secrets.mask(`<${password}>`), '<********>');

      assert.equal((await valuesToAdd(given, project, target)).size, 0, 'the second time there is nothing to add');
      await restoreDotenv(project, target);
      assert.equal(readFileSync(file, 'utf8'), 'KEPT="as it is" # so\nlast=1');
      await target.connection.close();
    });
  }

  const project = { directory: '/opt/trains', files: ['/opt/trains/docker-compose.yml', '/opt/trains/override.yml'], name: 'trains' };
  const look = (
    args: Parameters<typeof valuesToAdd>[0],
    files: Record<string, string | Error> = { '/opt/trains/docker-compose.yml': FILE },
  ) => valuesToAdd(args, project, scriptedTarget(new ScriptedConnection([], { files }), { facts: compose }));
  const names = async (...given: Parameters<typeof look>) => [...(await look(...given)).keys()];

  it('is asked for by any of the compose files, by the new one in the place of the old', async () => {
    const files = {
      '/opt/trains/docker-compose.yml': 'services: {}\n',
      '/opt/trains/new.yml': FILE,
      '/opt/trains/override.yml': 'services: { agent: { image: "${IMAGE}" } }\n',
    };
    const environment = { HOST_IP: '10.0.0.5', IMAGE: 'x' };
    assert.deepEqual(await names({ state: 'present', install: '/opt/trains/new.yml', environment }, files), ['HOST_IP', 'IMAGE']);
    await assert.rejects(names({ state: 'present', environment }, files), /no compose file asks for HOST_IP$/);
  });

  it('is taken on trust in a plan that comes before the new file', async () => {
    const given = { state: 'present', install: '/opt/trains/new.yml', environment: { HOST_IP: '10.0.0.5' } } as const;
    assert.deepEqual(await names(given, { '/opt/trains/docker-compose.yml': 'services: {}\n' }), ['HOST_IP']);
  });

  it('is nothing where .env says the same, or where it is empty', async () => {
    const files = { '/opt/trains/docker-compose.yml': FILE, '/opt/trains/.env': "HOST_IP=10.0.0.5\nGIT_PASS='pa$s'\n" };
    const environment = { HOST_IP: '10.0.0.5', GIT_PASS: 'pa$s', GIT_USER: '', NOT_ASKED: '' };
    assert.deepEqual(await names({ state: 'present', environment }, files), []);
  });

  it('is nothing without environment, and then nothing is looked at', async () => {
    assert.deepEqual(await names({ state: 'present' }, { '/opt/trains/.env': new Error('not to be read') }), []);
  });

  const other = { '/opt/trains/docker-compose.yml': FILE, '/opt/trains/.env': 'GIT_PASS=old-secret\nHOST_IP=\n' };
  const REFUSED: readonly (readonly [
    what: string,
    args: Parameters<typeof look>[0],
    files: Record<string, string> | undefined,
    message: string,
    next: string,
  ])[] = [
    [
      'a name that no file asks for',
      { state: 'present', environment: { HOST_PI: '10.0.0.5' } },
      undefined,
      'trains-1: no compose file asks for HOST_PI',
      'did you mean HOST_IP?',
    ],
    [
      'a name that is like none',
      { state: 'present', environment: { ELSE: 'x' } },
      undefined,
      'trains-1: no compose file asks for ELSE',
      'they ask for HOST_IP, GIT_USER, GIT_PASS',
    ],
    [
      'what .env sets to something else, by name and file, not by value',
      { state: 'present', environment: { GIT_PASS: 'new-secret', HOST_IP: '10.0.0.5', GIT_USER: 'me' } },
      other,
      'trains-1: /opt/trains/.env sets GIT_PASS, HOST_IP to something else than what is given',
      'change it in /opt/trains/.env, or give no value to keep what stands there',
    ],
    [
      'the same before the server is stopped',
      { state: 'absent', environment: { GIT_PASS: 'new-secret', ELSE: 'x' } },
      other,
      'trains-1: /opt/trains/.env sets GIT_PASS to something else than what is given',
      'change it in /opt/trains/.env, or give no value to keep what stands there',
    ],
    [
      'a value that no .env can hold, before anything is written',
      { state: 'absent', environment: { GIT_PASS: 'new-${secret}' } },
      undefined,
      'the value of GIT_PASS cannot be written to .env: it holds "${", which compose would read as something else',
      'set GIT_PASS in .env or in the compose file by hand',
    ],
  ];
  for (const [what, args, files, message, next] of REFUSED) {
    it(`is refused: ${what}`, async () => {
      await assert.rejects(look(args, files), (error: Refusal) => {
        assert.deepEqual([error.message, error.detail.next], [message, next]);
        return true;
      });
    });
  }

  it('is never guessed at where .env cannot be read', async () => {
    const files = { '/opt/trains/docker-compose.yml': FILE, '/opt/trains/.env': new Error('no permission') };
    await assert.rejects(look({ state: 'present', environment: { HOST_IP: '10.0.0.5' } }, files), /no permission/);
  });
});
