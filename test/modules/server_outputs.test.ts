// A whole installation, looked at with a real shell: what server_release tells of it.
import assert from 'node:assert/strict';
import { chownSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { unifiedFile } from '../../lab/compose.ts';
import { readModuleTexts } from '../../schemas/generate.ts';
import { engineFacts, type Installation, type Installed, install, listed, stockFile } from '../support/installed.ts';

const SEVEN = stockFile.replace('elasticsearch:5.6.16', 'elasticsearch:7.6.2').replace('data/elastic:', 'data/elastic_7:');
const bound = (...mounts: string[]) => ({
  Mounts: mounts.map((mount) => {
    const [Source, Destination] = mount.split(':');
    return { Type: 'bind', Source, Destination };
  }),
});

describe('an installed server', () => {
  let server: Installed | undefined;
  afterEach(() => server?.close());
  const put = async (installation: Installation = {}) => {
    server = await install(installation);
    return server;
  };
  const look = async (installation: Installation = {}, args = {}) => (await put(installation)).look(args);
  const says = (outputs: Readonly<Record<string, unknown>>) =>
    (outputs.evidence as { source: string; says: string }[]).map((piece) => `${piece.source} ${piece.says}`).join('\n');

  it('is told by exactly the outputs that the schema has', async () => {
    const { properties } = readModuleTexts().get('server_release')!.outputs as { properties: object };
    assert.deepEqual(Object.keys(await look()).sort(), Object.keys(properties).sort());
  });

  it('that is as it should be has nothing in the way of an upgrade', async () => {
    const { install: kind, fixed_users, leftovers, auto_update, override_pins, official_migration, route } = await look();
    assert.deepEqual(
      { kind, fixed_users, leftovers, auto_update, override_pins, official_migration, route },
      {
        kind: 'compose',
        fixed_users: false,
        leftovers: [],
        auto_update: '',
        override_pins: [],
        official_migration: '',
        route: { needs: [], steps: [], warnings: [] },
      },
    );
  });

  it('is told with what the hop to another release needs', async () => {
    const { needs, steps, warnings } = (await look({}, { upgrade_to: '0.16.1' })).route as Record<string, string[]>;
    assert.match(needs!.join(), /8 GB of memory/);
    assert.match(steps!.join(), /copy the Elasticsearch 5\.6 data/);
    assert.match(warnings!.join(), /started without the copy/);
  });

  for (const release of ['0.16.1-320', '0.16.2']) {
    it(`of ${release} has nothing to do to get to 0.16.1`, async () => {
      const { route } = await look({ compose: SEVEN, image: [`TRAINS_SERVER_VERSION=${release}`] }, { upgrade_to: '0.16.1' });
      assert.deepEqual(route, { needs: [], steps: [], warnings: [] });
    });
  }

  it('may have its directories elsewhere, and be another project', async () => {
    const containers = [
      listed('own_elasticsearch_1', 'elasticsearch', {
        Labels: {
          'com.docker.compose.project': 'own',
          'com.docker.compose.project.working_dir': 'ROOT',
          'com.docker.compose.service': 'elasticsearch',
        },
        ...bound('ROOT/data/elastic:/usr/share/elasticsearch/data'),
      }),
    ];
    const outputs = await look({ containers });
    assert.equal(outputs.project_name, 'own');
    assert.equal(outputs.elastic_container, 'own_elasticsearch_1');
    assert.deepEqual(outputs.leftovers, []);
    assert.equal((outputs.data as { elastic: string }).elastic, join(server!.directory, 'data/elastic'));
  });

  it('may have its application in one container', async () => {
    const compose = unifiedFile('0.15').replaceAll(/^(\s*- )\/opt\/trains\//gm, '$1ROOT/');
    const own = listed('trains-server', 'trainsserver', { Ports: [{ PublicPort: 8008, PrivatePort: 8008, IP: '0.0.0.0' }] });
    const outputs = await look({
      compose,
      containers: [own],
      answers: {
        'GET /server.info': { data: { version: '0.15.1', build: '367' } },
        'GET /containers/trains-server/json': { Config: { Env: [] }, State: { StartedAt: '2026-01-01T00:00:00Z' }, HostConfig: {} },
        'GET /containers/trains-server/logs': 'ok\nFailed initializing mongodb: x\n',
      },
    });
    assert.deepEqual([outputs.install, outputs.release, outputs.build], ['unified', '0.15.1', '367']);
    assert.deepEqual(outputs.log_errors, ['Failed initializing mongodb: x']);
    assert.equal((outputs.data as { fileserver: string }).fileserver, join(server!.directory, 'data/fileserver'));
    assert.equal((outputs.data as { config: string }).config, join(server!.directory, 'config'));
  });

  it('may have the file that kept the old names for the new images', async () => {
    const compose = SEVEN.replaceAll('allegroai/trains:latest', 'allegroai/clearml:latest');
    const image = { Id: 'i', Config: { Env: ['CLEARML_SERVER_VERSION=1.0.2'] } };
    const outputs = await look({ compose, answers: { 'GET /images/allegroai/clearml:latest/json': image } });
    assert.deepEqual([outputs.install, outputs.release], ['legacy', '1.0.2']);
  });

  it('is told with the containers that have the names of its own', async () => {
    const other = { 'com.docker.compose.project': 'other', 'com.docker.compose.project.working_dir': '/srv/other' };
    const containers = [
      listed('trains-redis', '', { State: 'exited' }),
      listed('clearml-mongo', 'mongo', { Labels: other }),
      listed('trains-webserver', 'webserver', { State: 'exited' }),
      listed('postgres', ''),
    ];
    assert.deepEqual((await look({ containers })).leftovers, ['trains-redis', 'clearml-mongo']);
  });

  it('is told with what its override files hold on to', async () => {
    const override = `services:
  elasticsearch:
    image: docker.elastic.co/elasticsearch/elasticsearch:5.6.16
    volumes: [/srv/es:/usr/share/elasticsearch/data, /srv/logs:/logs]
    environment:
      script.inline: "true"
      thread_pool.search.queue_size: 5000
      ES_JAVA_OPTS: -Xmx4g
  apiserver:
    environment: [TRAINS_ELASTIC_SERVICE_PORT=9211, OTHER=1]
  webserver:
    build: .
    volumes:
      - { type: bind, source: /a, target: /b }
  proxy: { image: "nginx:1" }
`;
    const file = 'docker-compose.override.yml';
    const pins = (await look({ files: { [file]: override } })).override_pins as Record<string, string>[];
    assert.ok(pins.every((pin) => pin.file === join(server!.directory, file)));
    assert.deepEqual(
      pins.map(({ service, key, value }) => `${service} ${key} ${value}`),
      [
        'elasticsearch image docker.elastic.co/elasticsearch/elasticsearch:5.6.16',
        'elasticsearch volumes /srv/es:/usr/share/elasticsearch/data',
        'elasticsearch script.inline true',
        'apiserver TRAINS_ELASTIC_SERVICE_PORT 9211',
        'webserver build .',
      ],
    );
  });

  describe('is told with what in its Elasticsearch data belongs to somebody else', () => {
    const owned = (user: string) =>
      stockFile.replace('    container_name: trains-elastic\n', `    container_name: trains-elastic\n    user: "${user}"\n`);
    const me = process.getuid!() || 1000;

    it('than the user of the compose file', async () => {
      await put({ compose: owned(`${me + 1}:0`) });
      const elastic = join(server!.directory, 'data/elastic');
      assert.deepEqual((await server!.look()).foreign_owned, [elastic, `${elastic}/nodes`, `${elastic}/nodes/0`]);
    });

    it('than 1000, where the image decides; nothing where all is its own', async () => {
      await put({ compose: me === 1000 ? stockFile : owned(`${me}`) });
      if (process.getuid!() === 0)
        for (const name of ['elastic', 'elastic/nodes', 'elastic/nodes/0']) chownSync(join(server!.directory, 'data', name), me, me);
      assert.deepEqual((await server!.look()).foreign_owned, []);
    });

    it('but not where it cannot be known', async () => {
      assert.deepEqual((await look({ compose: owned(`${me + 1}`), facts: engineFacts({ userns: true }) })).foreign_owned, []);
      await server!.close();
      assert.deepEqual((await look({ compose: owned('somebody') })).foreign_owned, []);
    });
  });

  describe('is told with its version files', () => {
    const api = listed('trains-apiserver', 'apiserver', { State: 'exited' });
    const tar = (text: string) => `${'x'.repeat(512)}${text}${'\0'.repeat(100)}`;
    const archives = (files: Readonly<Record<string, string>>) =>
      Object.entries(files).map(([path, text]) => [`GET /containers/trains-apiserver/archive?path=${path}`, tar(text)]);
    const stopped = (files: Readonly<Record<string, string>>) => ({
      containers: [api],
      image: [],
      answers: {
        'GET /containers/trains-apiserver/json': { Config: { Env: [] }, HostConfig: {} },
        ...Object.fromEntries(archives(files)),
      },
    });

    it('VERSION and BUILD, which tell all of it', async () => {
      const { release, build } = await look(stopped({ '/opt/trains/server/VERSION': '0.14.1\n', '/opt/trains/server/BUILD': '318\n' }));
      assert.deepEqual([release, build], ['0.14.1', '318']);
    });

    it('version.py, where there is no other', async () => {
      assert.equal((await look(stopped({ '/opt/trains/server/version.py': '__version__ = "0.15.0"\n' }))).release, '0.15.0');
    });
  });

  it('is told with what of it does not run; the agent may', async () => {
    const names = ['webserver', 'fileserver', 'redis'];
    const outputs = await look({ containers: names.map((name) => listed(`own-${name}`, name)) });
    assert.deepEqual(outputs.not_running, ['apiserver', 'elasticsearch', 'mongo']);
  });

  describe('is told with whether a new agent would know its address', () => {
    const known = async (installation: Installation) => (await look(installation)).agent_address;
    const agent = listed('trains-agent-services', 'agent-services', { State: 'exited' });
    it('by the agent there is', async () => assert.equal(await known({ containers: [agent] }), true));
    it('by .env', async () => assert.equal(await known({ files: { '.env': 'TRAINS_HOST_IP=192.0.2.1\n' } }), true));
    it('not by a .env that leaves it empty', async () => assert.equal(await known({ files: { '.env': "TRAINS_HOST_IP=''\n" } }), false));
    it('not where a server of 0.15 was taken down before', async () => assert.equal(await known({}), false));
  });

  describe('is told with the marks of the official migration', () => {
    it('none', async () => assert.equal((await look()).official_migration, ''));

    it('its archive, which alone says nothing of what is here now', async () => {
      const outputs = await look({ files: { 'data/elastic_5.tar.gz': '' } });
      assert.equal(outputs.official_migration, '');
      assert.match(says(outputs), /data\/elastic_5\.tar\.gz is left by the official migration script/);
    });

    it('its log, but not one of a run of ours', async () => {
      const log = { 'upgrade_to_7_20260101_000000.log': 'x' };
      assert.match(says(await look({ files: log })), /upgrade_to_7_20260101_000000\.log is left by/);
      await server!.close();
      assert.doesNotMatch(says(await look({ files: { ...log, '.switchyard/runs/20260101_000000-abcd/': '' } })), /is left by/);
    });

    it('its containers, but not those of a run of ours', async () => {
      const its = { State: 'exited', Image: 'docker.elastic.co/elasticsearch/elasticsearch:7.6.2', ...bound('ROOT/data/elastic_7:/x') };
      const outputs = await look({ containers: [listed('es7', '', its)] });
      assert.equal(outputs.official_migration, 'begun');
      assert.match(says(outputs), /container es7 \(exited\) has the Elasticsearch data mounted/);
      await server!.close();
      const ours = listed('es7', '', { ...its, Labels: { 'switchyard.migration': '/x' } });
      assert.equal((await look({ containers: [ours] })).official_migration, '');
    });

    it('a filled directory beside one that was not renamed, unless a run of ours has filled it', async () => {
      const outputs = await look({ files: { 'data/elastic_7/nodes/0/': '' } });
      assert.deepEqual([outputs.official_migration, outputs.target_state], ['begun', 'foreign']);
      assert.match(says(outputs), /elastic_7 holds data, and \S+\/data\/elastic was not renamed/);
      await server!.close();
      const record = JSON.stringify({ run: 'r', source: 'x', state: 'filling' });
      const ours = await look({ files: { 'data/elastic_7/nodes/0/': '', 'data/.switchyard-elastic_7.json': record } });
      assert.deepEqual([ours.official_migration, ours.target_state], ['', 'ours']);
    });

    it('none on a server that was installed as 0.16, and has no older data', async () => {
      await put({ compose: SEVEN, image: ['TRAINS_SERVER_VERSION=0.16.1-320'], files: { 'data/elastic_7/nodes/0/': '' } });
      rmSync(join(server!.directory, 'data/elastic'), { recursive: true });
      const { official_migration, unmigrated, target_state } = await server!.look();
      assert.deepEqual([official_migration, unmigrated, target_state], ['', false, 'foreign']);
    });

    for (const [era, compose, image] of [
      ['5', stockFile, '0.15.1'],
      ['7', SEVEN, '0.16.1'],
    ] as const) {
      it(
        `its end, where the compose file still runs Elasticsearch ${era}`.replace('still runs Elasticsearch 7', 'runs Elasticsearch 7'),
        async () => {
          await put({
            compose,
            image: [`TRAINS_SERVER_VERSION=${image}`],
            files: { 'upgrade_to_7_2020-08-01.log': 'Upgrade completed.\n' },
          });
          const data = join(server!.directory, 'data');
          renameSync(join(data, 'elastic'), join(data, 'elastic_migrated_2020-08-01'));
          mkdirSync(join(data, 'elastic_7/nodes/0'), { recursive: true });
          const outputs = await server!.look();
          assert.equal(outputs.official_migration, 'done');
          assert.match(says(outputs), /elastic_migrated_2020-08-01 is what the official migration renames the old data to/);
        },
      );
    }
  });

  describe('is told with the newest migration of its databases', () => {
    const mongo = (State: string) =>
      listed('trains-mongo', 'mongo', { State, ...bound('ROOT/data/mongo/db:/data/db', 'ROOT/data/mongo/configdb:/data/configdb') });
    const ASKED: readonly (readonly [what: string, state: string, docker: string, said: RegExp])[] = [
      ['the highest by number', 'running', 'printf "0.9.0\\n0.15.0\\n0.12.1\\n"', /trains-mongo at least 0\.15\.0/],
      ['nothing where there is none', 'running', 'exit 0', /trains-mongo nothing: no migration is recorded/],
      [
        'nothing where the image has no such shell',
        'running',
        'echo "exec: mongo: not found" >&2; exit 127',
        /trains-mongo nothing: exec: mongo: not found/,
      ],
      ['nothing where it does not run', 'exited', 'printf 0.15.0', /trains-mongo nothing: it does not run/],
    ];
    for (const [what, state, docker, said] of ASKED) {
      it(what, async () => assert.match(says(await look({ containers: [mongo(state)], docker })), said));
    }
  });
});
