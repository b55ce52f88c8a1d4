import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { TaskError } from '../../src/base/errors.ts';
import { type Installation, type Installed, install, listed, stockFile } from '../support/installed.ts';

const ON = 'auth {\n  # the only ones\n  fixed_users { enabled: true }\n}\n';
const VARIABLE = 'TRAINS__apiserver__auth__fixed_users__enabled';
const withVariable = (value: string) => stockFile.replace(/(\s+)(TRAINS_ELASTIC_SERVICE_PORT)/, `$1${VARIABLE}: ${value}$1$2`);
const API = listed('trains-apiserver', 'apiserver', { Ports: [{ PublicPort: 8008, PrivatePort: 8008, IP: '0.0.0.0' }] });
const inspected = (...Env: string[]) => ({
  'GET /containers/trains-apiserver/json': { Config: { Env }, State: { StartedAt: '2026-01-01T00:00:00Z' }, HostConfig: {} },
  'GET /containers/trains-apiserver/logs': '',
});

describe('fixed users', () => {
  let server: Installed | undefined;
  afterEach(() => server?.close());
  const ask = async (installation: Installation) => {
    server = await install(installation);
    return (await server.look()).fixed_users;
  };

  const TOLD: readonly (readonly [what: string, on: boolean, installation: Installation])[] = [
    ['by nothing', false, {}],
    ['by the configuration of a server that is down', true, { files: { 'config/apiserver.conf': ON } }],
    ['by a configuration that sets other things', false, { files: { 'config/apiserver.conf': 'auth { cookies { max_age: 1 } }' } }],
    ['by a variable in the compose file', true, { compose: withVariable('"true"') }],
    ['by a variable, which counts more than the file', false, { compose: withVariable('"false"'), files: { 'config/apiserver.conf': ON } }],
    ['by a variable of the container alone', true, { containers: [API], answers: inspected(`${VARIABLE}=true`) }],
    [
      'by the running API',
      true,
      {
        containers: [API],
        answers: { ...inspected(), 'GET /auth.fixed_users_mode': { data: { enabled: true, guest: { password: 'x' } } } },
      },
    ],
    [
      'by the file, where the API was not started with it',
      true,
      {
        containers: [API],
        files: { 'config/apiserver.conf': ON },
        answers: { ...inspected(), 'GET /auth.fixed_users_mode': { data: { enabled: false } } },
      },
    ],
    [
      'by the directory that TRAINS_CONFIG_DIR names',
      true,
      {
        compose: stockFile
          .replace(/(\s+)(TRAINS_ELASTIC_SERVICE_PORT)/, '$1TRAINS_CONFIG_DIR: /etc/own$1$2')
          .replace('ROOT/config:/opt/trains/config', 'ROOT/own:/etc/own'),
        files: { 'own/apiserver.conf': ON },
      },
    ],
    [
      'by a file that is mounted alone',
      true,
      {
        compose: stockFile.replace('ROOT/config:/opt/trains/config', 'ROOT/mine.conf:/opt/trains/config/apiserver.conf'),
        files: { 'mine.conf': ON },
      },
    ],
  ];
  for (const [what, on, installation] of TOLD) {
    it(`are ${on ? 'on' : 'off'}, told ${what}`, async () => assert.equal(await ask(installation), on));
  }

  it('are not called off where the configuration cannot be read', async () => {
    await assert.rejects(ask({ files: { 'config/apiserver.conf/': '' } }), (error: Error) => {
      assert.ok(error instanceof TaskError);
      assert.match(error.message, /^trains-1: cannot tell whether fixed users are on: cannot read \/\S+\/config\/apiserver\.conf/);
      assert.equal(error.detail.next, 'set ansible_become for this host');
      return true;
    });
  });

  it('are not called off where the configuration is a Docker volume without a container to read it by', async () => {
    const compose = stockFile.replace('ROOT/config:/opt/trains/config', 'conf:/opt/trains/config');
    await assert.rejects(ask({ compose }), (error: Error) => {
      assert.ok(error instanceof TaskError);
      assert.match(error.message, /cannot look into \/opt\/trains\/config\/apiserver\.conf of apiserver: it is in the Docker volume conf/);
      assert.match(error.detail.next ?? '', /start the server .* and run this again/);
      return true;
    });
  });

  it('are not called off where the configuration says neither yes nor no', async () => {
    await assert.rejects(ask({ files: { 'config/apiserver.conf': 'auth.fixed_users.enabled: ${?FIXED}' } }), (error: Error) => {
      assert.ok(error instanceof TaskError);
      assert.match(error.message, /cannot tell whether fixed users are on: \S+apiserver\.conf says "\$\{\?FIXED\}"/);
      assert.match(error.detail.next ?? '', /^write true or false for auth\.fixed_users\.enabled in \S+apiserver\.conf$/);
      return true;
    });
  });
});
