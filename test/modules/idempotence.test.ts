// check → apply → check finds nothing: the promise of every state module, here for those that need no Docker.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { registry } from '../../src/modules/registry.ts';
import { composeIn } from '../support/compose.ts';
import { localTarget } from '../support/local_target.ts';
import { withWeb } from '../support/web.ts';

/** What to declare in a directory of its own, beside a web server that answers everything with "a: 1". */
type Declare = (directory: string, address: string) => Readonly<Record<string, unknown>>;

const CASES: Readonly<Record<string, Readonly<Record<string, Declare>>>> = {
  archive: {
    'a directory': (directory) => ({ chdir: directory, path: ['data'], dest: join(directory, 'out/data.tgz') }),
    'a file of another mode': (directory) => ({
      path: [join(directory, 'data/file')],
      dest: join(directory, 'out/file.tar.gz'),
      mode: '0640',
    }),
    'a part of it': (directory) => ({ chdir: directory, path: ['data'], exclude: ['fil*'], dest: join(directory, 'out/part.tgz') }),
  },
  get_url: {
    'a new file': (directory, address) => ({ url: address, dest: join(directory, 'new'), parse: 'yaml' }),
    'a file that is no YAML yet': (directory, address) => ({ url: address, dest: join(directory, 'data/file'), parse: 'yaml' }),
    'the mode of a file': (directory, address) => ({ url: address, dest: join(directory, 'data/file'), mode: '0600' }),
    'a file by the controller': (directory, address) => ({ url: address, dest: join(directory, 'new'), via: 'controller', mode: '0640' }),
  },
  server_compose: {
    'a new file': (directory) => inProject(directory, { dest: join(directory, 'out/here.yml'), base: '/srv/trains' }),
    'a file that differs': (directory) => inProject(directory, { dest: join(directory, 'data/file'), base: '/srv/trains' }),
    'a new file in which nothing differs': (directory) =>
      inProject(directory, { dest: join(directory, 'out/here.yml'), base: '/opt/trains' }),
  },
};

const COMPOSE = `services: # of a release
  apiserver:
    image: own/server
    volumes: [/opt/trains/logs:/var/log/trains, /opt/trains/config:/opt/trains/config, /opt/trains/data/fileserver:/mnt/fileserver]
  elasticsearch: { image: "elasticsearch:7.6.2", volumes: [/opt/trains/data/elastic_7:/usr/share/elasticsearch/data] }
  mongo: { image: mongo, volumes: [/opt/trains/data/mongo/db:/data/db, /opt/trains/data/mongo/configdb:/data/configdb] }
  redis: { image: redis, volumes: [/opt/trains/data/redis:/data] }
`;

const inProject = (directory: string, { dest, base }: { readonly dest: string; readonly base: string }) => ({
  src: join(directory, 'data/compose.yml'),
  dest,
  project_dir: directory,
  compose_files: ['docker-compose.yml'],
  project_name: 'trains',
  data: {
    elastic_target: `${base}/data/elastic_7`,
    mongo: [`${base}/data/mongo/db`, `${base}/data/mongo/configdb`],
    redis: `${base}/data/redis`,
    fileserver: `${base}/data/fileserver`,
    config: `${base}/config`,
    logs: `${base}/logs`,
  },
});

/** State modules that only a real Docker can be asked about: test/end-to-end/. */
const IN_THE_LAB = ['docker_compose', 'docker_image', 'elasticsearch_migrate'];

/** Everything below a directory with what a change would show in; the run's own folder is none of it. */
function stateOf(directory: string): readonly string[] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('.switchyard'));
  return names.sort().map((name) => {
    const { mode, size, mtimeMs, ino } = statSync(join(directory, name));
    return [name, mode, size, mtimeMs, ino].join(' ');
  });
}

describe('a state module', () => {
  it('has a case here, or is tried in the lab', async () => {
    const modules = await Promise.all([...registry].map(async ([name, load]) => [name, await load()] as const));
    const states = modules.filter(([, { kind }]) => kind === 'state').map(([name]) => name);
    assert.deepEqual(states, [...Object.keys(CASES), ...IN_THE_LAB].sort());
  });

  it('says what it writes and reads, as every module does that is no probe', async () => {
    const modules = await Promise.all([...registry].map(async ([name, load]) => [name, await load()] as const));
    const silent = modules.filter(([, { kind, concerns }]) => (kind === 'probe') !== (concerns === undefined)).map(([name]) => name);
    assert.deepEqual(silent, []);
  });

  for (const [name, cases] of Object.entries(CASES)) {
    for (const [what, declare] of Object.entries(cases)) {
      it(`${name}: changes ${what} once, and changes nothing while it looks`, async () => {
        const { target, directory } = await localTarget({
          facts: { compose: composeIn(mkdtempSync(join(tmpdir(), 'switchyard-compose-'))).facts },
        });
        mkdirSync(join(directory, 'data'));
        mkdirSync(join(directory, 'out'));
        writeFileSync(join(directory, 'data/file'), '{', { mode: 0o644 });
        writeFileSync(join(directory, 'data/other'), 'x');
        writeFileSync(join(directory, 'data/compose.yml'), COMPOSE);
        await withWeb(
          (_request, response) => response.end('a: 1\n'),
          async (address) => {
            const module = await registry.get(name)!();
            const args = { ...declare(directory, address), ...(name === 'get_url' && { allow_insecure: true }) };
            const before = stateOf(directory);
            const looked = await module.check(args, target);
            assert.equal(looked.status, 'changes');
            assert.deepEqual(stateOf(directory), before);
            const outputs = await module.apply(args, (looked as Extract<typeof looked, { status: 'changes' }>).change, target);
            const after = stateOf(directory);
            assert.notDeepEqual(after, before);
            const again = await module.check(args, target);
            assert.equal(again.status, 'ok');
            const { created: _created, backup: _backup, ...lasting } = outputs;
            assert.deepEqual({ ...(again.status === 'ok' && again.outputs), ...lasting }, again.status === 'ok' && again.outputs);
            assert.deepEqual(stateOf(directory), after);
            await target.connection.close();
          },
        );
      });
    }
  }
});
