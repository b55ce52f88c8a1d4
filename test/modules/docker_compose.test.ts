import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { Refusal } from '../../src/base/errors.ts';
import { dockerCompose } from '../../src/modules/docker_compose.ts';
import { type Engine, fakeEngine } from '../support/engine.ts';
import { normalFacts, type Row, scriptedTarget } from '../support/scripted_connection.ts';

const labels = {
  'com.docker.compose.project': 'trains',
  'com.docker.compose.project.working_dir': '/opt/trains',
  'com.docker.compose.service': 'redis',
};
const container = (name: string, more: object = {}) => ({
  Id: `id-${name}`,
  Names: [`/${name}`],
  State: 'running',
  Image: 'redis:5.0',
  ImageID: 'sha256:1',
  Labels: labels,
  ...more,
});
const FILE = 'services:\n  redis: { image: "redis:5.0" }\n';
const LIST: Row = [/^ls -1A/, 'docker-compose.yml\n'];
const NO_PARKED: Row = [/parked-\*/, ''];
const CONFIG: Row = [/ config$/, FILE];
/** The containers as they are listed before `down`, and none afterwards. */
const gone = (...containers: object[]) => {
  const lists = [containers, containers];
  return () => lists.shift() ?? [];
};

describe('docker_compose', () => {
  let engine: Engine;
  afterEach(() => engine.close());
  const given = async (
    containers: readonly object[],
    rows: readonly Row[] = [LIST, NO_PARKED, CONFIG],
    files: Record<string, string> = { '/opt/trains/docker-compose.yml': FILE },
  ) => {
    engine = await fakeEngine({ 'GET /containers/json': containers }, rows, files);
    return scriptedTarget(engine.connection);
  };

  describe('absent', () => {
    const args = { project_dir: '/opt/trains', state: 'absent', park: true } as const;

    it('names what it would stop and park', async () => {
      const result = await dockerCompose.check(args, await given([container('trains-redis')]));
      assert.equal(
        result.status === 'changes' && result.change.summary,
        'stop and remove trains-redis; park /opt/trains/docker-compose.yml',
      );
    });

    it('has nothing to do where nothing runs and the file is parked', async () => {
      const parked = '/opt/trains/docker-compose.yml.parked-20260101_000000';
      const result = await dockerCompose.check(args, await given([], [LIST, [/parked-\*/, `${parked}\n`]], {}));
      assert.equal(result.status, 'ok');
      assert.equal(result.status === 'ok' && result.outputs.parked, parked);
    });

    it("refuses while containers with the product's names belong to somebody else: they would stay", async () => {
      const stranger = container('trains-elastic', {
        Labels: {},
        Mounts: [{ Type: 'bind', Source: '/opt/trains/data/elastic', Destination: '/d' }],
      });
      await assert.rejects(dockerCompose.check(args, await given([container('trains-redis'), stranger])), (error: Refusal) => {
        assert.ok(error instanceof Refusal);
        assert.match(error.message, /^trains-1: trains-elastic would stay/);
        assert.equal(error.detail.state, 'nothing was stopped');
        return true;
      });
    });

    const NOT_STOPPED: readonly [
      what: string,
      containers: readonly object[],
      files: Record<string, string>,
      message: RegExp,
      next: RegExp,
    ][] = [
      [
        'a container of a service that is no longer in the files',
        [container('trains-redis'), container('trains_old_1', { Labels: { ...labels, 'com.docker.compose.service': 'old' } })],
        { '/opt/trains/docker-compose.yml': FILE },
        /^trains-1: trains_old_1 would stay: no service of the compose files is theirs$/,
        /remove_orphans: true/,
      ],
      [
        'containers whose compose file is parked',
        [container('trains-redis')],
        {},
        /^trains-1: trains-redis are there, but \/opt\/trains\/docker-compose\.yml, by which to stop them, is not$/,
        /mv -n \/opt\/trains\/docker-compose\.yml\.parked-1 /,
      ],
    ];
    for (const [what, containers, files, message, next] of NOT_STOPPED) {
      it(`refuses before anything is stopped: ${what}`, async () => {
        const parked: Row = [/parked-\*/, '/opt/trains/docker-compose.yml.parked-1\n'];
        await assert.rejects(dockerCompose.check(args, await given(containers, [LIST, parked, CONFIG], files)), (error: Refusal) => {
          assert.ok(error instanceof Refusal);
          assert.match(error.message, message);
          assert.match(error.detail.next ?? '', next);
          return true;
        });
      });
    }

    it('refuses before anything is stopped what .env could not be given later', async () => {
      const target = await given([container('trains-redis')], undefined, {
        '/opt/trains/docker-compose.yml': FILE,
        '/opt/trains/.env': 'HOST_IP=10.0.0.6\n',
      });
      await assert.rejects(dockerCompose.check({ ...args, environment: { HOST_IP: '10.0.0.5' } }, target), (error: Refusal) => {
        assert.ok(error instanceof Refusal);
        assert.equal(error.message, 'trains-1: /opt/trains/.env sets HOST_IP to something else than what is given');
        assert.equal(error.detail.state, 'nothing was stopped');
        return true;
      });
    });

    it('leaves containers of the product alone that are not on the data of the project', async () => {
      const other = container('clearml-redis', {
        Labels: {},
        Mounts: [{ Type: 'bind', Source: '/opt/clearml/data', Destination: '/data' }],
      });
      assert.equal((await dockerCompose.check(args, await given([container('trains-redis'), other]))).status, 'changes');
    });

    it('does not believe a down that says it went well and left a container', async () => {
      const inspected = {
        Name: '/trains-redis',
        Image: 'sha256:1',
        Config: { Image: 'redis:5.0', Labels: labels, Env: [] },
        HostConfig: {},
      };
      engine = await fakeEngine(
        { 'GET /containers/json': [container('trains-redis')], 'GET /containers/id-trains-redis/json': inspected },
        [LIST, NO_PARKED, CONFIG, [/^mkdir -p -m 0700/, ''], [/docker compose .* down/, '']],
        { '/opt/trains/docker-compose.yml': FILE },
      );
      const target = scriptedTarget(engine.connection);
      const looked = await dockerCompose.check(args, target);
      await assert.rejects(
        dockerCompose.apply(args, (looked as Extract<typeof looked, { status: 'changes' }>).change, target),
        /^TaskError: trains-1: trains-redis are still there after docker-compose down$/,
      );
    });

    it('is not taken back over a compose file that is there again', async () => {
      const parked = '/opt/trains/docker-compose.yml.parked-20260101_000000';
      const target = await given([], [LIST], { '/opt/trains/docker-compose.yml': 'services: {}\n', [parked]: FILE });
      await assert.rejects(
        dockerCompose.undo?.(args, {}, target) ?? Promise.resolve(),
        /cannot put \S+ back: \/opt\/trains\/docker-compose\.yml is there$/,
      );
      assert.ok(!engine.connection.commands.some((line) => / up /.test(line)));
    });

    it('saves the containers for later, goes down, then parks the file', async () => {
      const inspected = {
        Name: '/trains-redis',
        Image: 'sha256:1',
        Config: { Image: 'redis:5.0', Labels: labels, Env: ['A_PASS=secret!'] },
        HostConfig: { RestartPolicy: { Name: 'unless-stopped' } },
      };
      engine = await fakeEngine(
        { 'GET /containers/json': gone(container('trains-redis')), 'GET /containers/id-trains-redis/json': inspected },
        [LIST, NO_PARKED, CONFIG, [/^mkdir -p -m 0700/, ''], [/docker compose .* down/, ''], [/mv -n/, '']],
        { '/opt/trains/docker-compose.yml': FILE },
      );
      const target = scriptedTarget(engine.connection);
      const looked = await dockerCompose.check(args, target);
      const outputs = await dockerCompose.apply(args, (looked as Extract<typeof looked, { status: 'changes' }>).change, target);
      assert.equal(outputs.parked, '/opt/trains/docker-compose.yml.parked-20260101_000000');
      const record = engine.connection.files.get(String(outputs.environment_file));
      assert.equal(JSON.parse(String(record)).containers[0].environment.A_PASS, 'secret!');
      assert.equal(engine.connection.writes.get(String(outputs.environment_file))?.mode, 0o600);
      assert.equal(target.secrets.mask('it is secret!'), 'it is ********');
      const order = engine.connection.commands
        .map((line) => (/ down /.test(line) ? 'down' : /mv -n/.test(line) ? 'park' : ''))
        .filter(Boolean);
      assert.deepEqual(order, ['down', 'park']);
    });

    it('does not park while containers are left: a failed down keeps the file where it is', async () => {
      const inspected = {
        Name: '/trains-redis',
        Image: 'sha256:1',
        Config: { Image: 'redis:5.0', Labels: labels, Env: [] },
        HostConfig: {},
      };
      engine = await fakeEngine(
        { 'GET /containers/json': gone(container('trains-redis')), 'GET /containers/id-trains-redis/json': inspected },
        [
          LIST,
          NO_PARKED,
          CONFIG,
          [/^mkdir -p -m 0700/, ''],
          [/docker compose .* down/, { code: 1, stderr: 'error while removing network: has active endpoints' }],
        ],
        { '/opt/trains/docker-compose.yml': FILE },
      );
      const target = scriptedTarget(engine.connection);
      const looked = await dockerCompose.check(args, target);
      await assert.rejects(
        dockerCompose.apply(args, (looked as Extract<typeof looked, { status: 'changes' }>).change, target),
        /still used by a container/,
      );
      assert.ok(!engine.connection.commands.some((line) => /mv -n/.test(line)));
    });
  });

  describe('present', () => {
    it('puts a new file in place where another one is there', async () => {
      const target = await given([], [LIST, CONFIG], { '/opt/trains/docker-compose.yml': FILE, '/opt/trains/new.yml': `${FILE}# new\n` });
      const result = await dockerCompose.check({ project_dir: '/opt/trains', state: 'present', install: '/opt/trains/new.yml' }, target);
      assert.equal(result.status === 'changes' && result.change.summary, 'put new.yml in place of docker-compose.yml and start it');
    });

    it('starts no Elasticsearch 7 on nothing, beside data that were never migrated', async () => {
      const seven = `services: { elasticsearch: { image: "docker.elastic.co/elasticsearch/elasticsearch:7.6.2", volumes: ["/opt/trains/data/elastic_7:/usr/share/elasticsearch/data"] } }\n`;
      let filled = '';
      const rows: readonly Row[] = [
        LIST,
        [/ config$/, seven],
        [/ config --hash /, ''],
        [/sh -c .* \/opt\/trains\/data\/elastic_7$/s, () => filled],
        [/sh -c .* \/opt\/trains\/data\/elastic$/s, 'exists\nnodes\n'],
      ];
      const target = await given([], rows, { '/opt/trains/docker-compose.yml': seven, '/opt/trains/new.yml': `${seven}# new\n` });
      for (const more of [{}, { install: '/opt/trains/new.yml' }]) {
        const args = { project_dir: '/opt/trains', state: 'present', ...more } as const;
        filled = '';
        await assert.rejects(dockerCompose.check(args, target), (error: Refusal) => {
          assert.ok(error instanceof Refusal);
          assert.equal(
            error.message,
            'trains-1: docker.elastic.co/elasticsearch/elasticsearch:7.6.2 would start empty on /opt/trains/data/elastic_7: the data in /opt/trains/data/elastic were never migrated for it',
          );
          return /^migrate them first/.test(error.detail.next ?? '') && error.detail.state === 'nothing was started';
        });
        filled = 'exists\nnodes\n';
        assert.equal((await dockerCompose.check(args, target)).status, 'changes');
      }
    });

    it('adds given values to .env before it starts, with nothing of them in a command or in what is told; the second time it is done', async () => {
      const secret = 'pa$s "w#o\'rd';
      const agent = 'services:\n  agent: { image: "redis:5.0", environment: { P: "${AGENT_PASS:-}" } }\n';
      const containers = [container('trains-agent', { Labels: { ...labels, 'com.docker.compose.service': 'agent' } })];
      engine = await fakeEngine(
        {
          'GET /containers/json': containers,
          'GET /containers/id-trains-agent/json': { State: { Running: true, StartedAt: 'now' } },
          'GET /images/redis:5.0/json': { Id: 'sha256:1' },
        },
        [LIST, [/ config$/, agent], [/ config --hash /, ''], [/^mkdir -p -m 0700/, ''], [/ up -d$/, '']],
        { '/opt/trains/docker-compose.yml': agent },
      );
      const target = scriptedTarget(engine.connection);
      const args = { project_dir: '/opt/trains', state: 'present', environment: { AGENT_PASS: secret } } as const;
      const looked = await dockerCompose.check(args, target);
      assert.ok(looked.status === 'changes');
      assert.equal(looked.change.summary, 'add AGENT_PASS to .env; start anew what asks for it');
      assert.equal(engine.connection.writes.size, 0);
      const outputs = await dockerCompose.apply(args, looked.change, target);
      assert.deepEqual(outputs.environment, ['AGENT_PASS']);
      assert.deepEqual(engine.connection.writes.get('/opt/trains/.env'), { mode: 0o600, owner: undefined });
      const shown = JSON.stringify([looked, outputs, target.told, engine.connection.asked.map(({ argv, options }) => [argv, options])]);
      assert.ok(engine.connection.commands.some((line) => / up -d$/.test(line)));
      assert.ok(!shown.includes('w#o'), shown);
      assert.equal((await dockerCompose.check(args, target)).status, 'ok');
    });

    it('refuses to start what is not there', async () => {
      const target = await given([], [[/^ls -1A/, '']], {});
      await assert.rejects(
        dockerCompose.check({ project_dir: '/opt/trains', state: 'present' }, target),
        /there is no \/opt\/trains\/docker-compose\.yml/,
      );
      await assert.rejects(
        dockerCompose.check({ project_dir: '/opt/trains', state: 'present', install: '/opt/new.yml' }, target),
        /the new compose file \/opt\/new\.yml is not there/,
      );
    });
  });

  it('says that Docker cannot be asked instead of "nothing runs"', async () => {
    engine = await fakeEngine({}, [LIST], {});
    const target = scriptedTarget(engine.connection, {
      facts: { docker: { ...normalFacts.docker, version: '', unknown: 'permission denied' } },
    });
    await assert.rejects(
      dockerCompose.check({ project_dir: '/opt/trains', state: 'absent' }, target),
      /cannot look at containers: permission denied/,
    );
  });
});
