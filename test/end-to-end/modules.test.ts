// The modules that look at Docker and change it, on a real host: check → apply → check finds nothing, and undo brings back what was there.
// A scratch project of its own beside the Trains server, which is only looked at.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { Secrets } from '../../src/base/secret.ts';
import type { Connection } from '../../src/connections/connection.ts';
import { dockerCompose } from '../../src/modules/docker_compose.ts';
import { dockerImage } from '../../src/modules/docker_image.ts';
import type { CheckResult, Module, Outputs, Target } from '../../src/modules/module.ts';
import { serverRelease } from '../../src/modules/server_release.ts';
import { gatherFacts } from '../../src/run/facts.ts';
import { reach } from './reach.ts';
import { onHost } from './switchyard.ts';

const DIRECTORY = '/opt/switchyard-compose-test';
const RUN = `${DIRECTORY}/.switchyard/runs/test`;
const MAIN = `${DIRECTORY}/docker-compose.yml`;
const STAMP = '20200102_030405';

/** The one service asks for a secret that no file holds: it comes from the shell that starts it. */
const OLD = `services:
  redis:
    image: redis:5.0
    container_name: switchyard-compose-test-redis
    environment: { GIT_PASS: "\${GIT_PASS}", UPDATE: "\${UPDATE:->=1}" }
version: "3.6"
`;
const NEW = OLD.replace('>=1', '>=2').replace('"3.6"', '"3.7"');
const SECRET = `pa$s w'#rd`;

let target: Target;
let connection: Connection;

const changeOf = (result: CheckResult) => {
  assert.equal(result.status, 'changes', JSON.stringify(result));
  return (result as Extract<CheckResult, { status: 'changes' }>).change;
};
const outputsOf = (result: CheckResult): Outputs => {
  assert.equal(result.status, 'ok', JSON.stringify(result));
  return (result as Extract<CheckResult, { status: 'ok' }>).outputs;
};
/** check, apply, check again: the second one has to find nothing. */
async function applied<Arguments>(module: Module<Arguments, never>, args: Arguments): Promise<{ summary: string; outputs: Outputs }> {
  const change = changeOf(await module.check(args, target));
  const outputs = await module.apply(args, change as never, target);
  outputsOf(await module.check(args, target));
  return { summary: change.summary, outputs };
}
const text = async (path: string) => (await connection.readFile(path))?.toString();
const passwordInContainer = () => onHost(`docker exec switchyard-compose-test-redis printenv GIT_PASS`).trimEnd();
const cleanUp = () =>
  onHost(`docker rm -f switchyard-compose-test-redis >/dev/null 2>&1; docker network rm switchyard-compose-test_default >/dev/null 2>&1
    docker image rm redis:5.0-switchyard-test >/dev/null 2>&1; rm -rf ${DIRECTORY}`);

describe('the modules for Docker on a real host', () => {
  before(async () => {
    connection = await reach();
    target = {
      host: 'lab-1',
      connection,
      facts: await gatherFacts(connection, Date.now),
      signal: new AbortController().signal,
      secrets: new Secrets(),
      run: { id: 'test', stamp: STAMP, check: false, directory: RUN },
      progress: () => {},
    };
    cleanUp();
  });
  after(async () => {
    cleanUp();
    await connection.close();
  });

  describe('server_release on a host with Trains 0.15.1', () => {
    it('tells release, era, paths and state, and agrees with what the host shows', async () => {
      const outputs = outputsOf(await serverRelease.check({ project_dir: '/opt/trains' }, target));
      const { evidence, elastic_bytes, data_bytes, disk, build, install, official_migration, ...all } = outputs as Record<string, unknown>;
      assert.deepEqual([install, official_migration], ['compose', '']);
      for (const gate of ['ports_taken', 'leftovers', 'foreign_owned', 'override_pins']) assert.deepEqual(all[gate], [], gate);
      assert.deepEqual([all.fixed_users, all.auto_update], [false, '']);
      const {
        ports_taken: _p,
        leftovers: _l,
        foreign_owned: _o,
        override_pins: _v,
        fixed_users: _f,
        auto_update: _u,
        route: _r,
        ...rest
      } = all;
      const services = ['agent-services', 'apiserver', 'elasticsearch', 'fileserver', 'mongo', 'redis', 'webserver'];
      assert.deepEqual(
        { ...rest, services: [...(rest.services as string[])].sort(), running_services: [...(rest.running_services as string[])].sort() },
        {
          release: '0.15.1',
          era: 'elasticsearch 5',
          database_migration: '0.15.0',
          not_running: [],
          agent_address: true,
          unmigrated: false,
          running: true,
          services,
          running_services: services,
          compose_files: ['/opt/trains/docker-compose.yml', '/opt/trains/docker-compose.override.yml'],
          project_name: 'trains',
          data: {
            elastic: '/opt/trains/data/elastic',
            mongo: ['/opt/trains/data/mongo/db', '/opt/trains/data/mongo/configdb'],
            redis: '/opt/trains/data/redis',
            fileserver: '/opt/trains/data/fileserver',
            config: '/opt/trains/config',
            logs: '/opt/trains/logs',
            elastic_target: '/opt/trains/data/elastic_7',
          },
          config_empty: onHost('ls -A /opt/trains/config') === '',
          unwritable: [],
          elastic_in_use_by: '',
          migrated: [],
          target_state: 'absent',
          api_url: 'http://127.0.0.1:8008',
          elastic_container: 'trains-elastic',
          log_errors: [],
        },
      );
      const said = (evidence as { source: string; says: string }[]).map(({ source }) => source);
      for (const source of ['server.info', '/opt/trains/data/elastic']) assert.ok(said.includes(source), `${source} of ${said.join(', ')}`);
      assert.ok(
        (elastic_bytes as number) > 1_000_000 && (data_bytes as number) > (elastic_bytes as number),
        `${elastic_bytes} of ${data_bytes} bytes`,
      );
      assert.ok((disk as { free_bytes: number }).free_bytes > 0);
      assert.match(String(build), /^\d*$/);
    });
  });

  describe('docker_image on a real engine and registry', () => {
    /** no container of the host runs it */
    const NAME = 'docker.elastic.co/elasticsearch/elasticsearch:7.6.2';
    const args = { name: NAME, pull: 'always', tag_old: 'switchyard-test' } as const;
    const idOf = (name: string) => onHost(`docker image inspect -f '{{.Id}}' ${name}`).trim();

    it('changes nothing where the registry has what the host has', async () => {
      onHost(`docker pull -q ${NAME}`);
      assert.deepEqual(outputsOf(await dockerImage.check(args, target)).images, [
        { name: NAME, old_id: idOf(NAME), new_id: idOf(NAME), tagged: '' },
      ]);
    });

    it('pulls over an older image, keeps that one under a tag, and goes back to it', async () => {
      const [right, older] = [idOf(NAME), idOf('mongo:3.6.5')];
      onHost(`docker tag mongo:3.6.5 ${NAME}`);
      try {
        const { summary, outputs } = await applied(dockerImage as Module<typeof args, never>, args);
        assert.equal(summary, `pull ${NAME} (the registry has another one)`);
        assert.deepEqual(outputs.images, [{ name: NAME, old_id: older, new_id: right, tagged: `${NAME}-switchyard-test` }]);
        assert.deepEqual([idOf(NAME), idOf(`${NAME}-switchyard-test`)], [right, older]);
        await dockerImage.undo?.(args, outputs, target);
        assert.equal(idOf(NAME), older);
      } finally {
        onHost(`docker tag ${right} ${NAME}`);
      }
    });

    it('says which image cannot be had, and why', async () => {
      const missing = { name: 'redis:no-such-tag' };
      const change = changeOf(await dockerImage.check(missing, target));
      assert.equal(change.summary, 'pull redis:no-such-tag (not on the host)');
      await assert.rejects(
        dockerImage.apply(missing, change as never, target),
        /^TaskError: lab-1: cannot pull redis:no-such-tag: .*no-such-tag/,
      );
    });
  });

  describe('docker_compose on a scratch project', () => {
    const compose = dockerCompose as Module<Parameters<typeof dockerCompose.check>[0], never>;
    const absent = { project_dir: DIRECTORY, state: 'absent', park: true } as const;
    const present = {
      project_dir: DIRECTORY,
      state: 'present',
      install: `${DIRECTORY}/new.yml`,
      environment_from: `${RUN}/containers.json`,
    } as const;
    let down: Outputs;
    let up: Outputs;

    it('starts what does not run, and then finds nothing to do', async () => {
      await connection.exec(['mkdir', '-p', DIRECTORY]);
      await connection.writeFile(MAIN, OLD);
      await connection.writeFile(present.install, NEW);
      const start = { project_dir: DIRECTORY, state: 'present' } as const;
      const { summary, outputs } = await applied(compose, start);
      assert.equal(summary, 'start: redis has no container');
      assert.deepEqual(outputs.services, [
        { name: 'redis', container: 'switchyard-compose-test-redis', state: 'running', image: 'redis:5.0' },
      ]);
    });

    it('stops it, parks the file and keeps what the containers knew, for nobody else to read', async () => {
      // as the wiki says: the value is exported in the shell and written down nowhere
      await connection.exec(['sh', '-c', `cd ${DIRECTORY} && docker-compose up -d`], { env: { GIT_PASS: SECRET } });
      assert.equal(passwordInContainer(), SECRET);
      const { summary, outputs } = await applied(compose, absent);
      down = outputs;
      assert.equal(summary, `stop and remove switchyard-compose-test-redis; park ${MAIN}`);
      assert.equal(outputs.parked, `${MAIN}.parked-${STAMP}`);
      assert.equal(await text(String(outputs.parked)), OLD);
      assert.equal(await text(MAIN), undefined);
      assert.equal(
        onHost(`docker ps -aq --filter name=switchyard-compose-test; stat -c %a ${RUN} ${outputs.environment_file}`),
        '700\n600\n',
      );
      assert.equal(target.secrets.mask(`it is ${SECRET}`), 'it is ********');
    });

    it('puts the new file in place and carries the secret over, but not the old fallback', async () => {
      const { outputs } = await applied(compose, present);
      up = outputs;
      assert.deepEqual(outputs.environment, ['GIT_PASS']);
      assert.equal(await text(MAIN), NEW);
      assert.equal(passwordInContainer(), SECRET);
      assert.equal(onHost('docker exec switchyard-compose-test-redis printenv UPDATE').trim(), '>=2');
      assert.equal(onHost(`stat -c %a ${DIRECTORY}/.env`).trim(), '600');
    });

    it('goes all the way back: old file, old container with its secret, no .env', async () => {
      await dockerCompose.undo?.(present, up, target);
      assert.equal(await text(MAIN), undefined);
      await dockerCompose.undo?.(absent, down, target);
      assert.equal(await text(MAIN), OLD);
      assert.equal(await text(`${MAIN}.undone-${STAMP}`), NEW);
      assert.equal(await text(`${DIRECTORY}/.env`), undefined);
      assert.equal(passwordInContainer(), SECRET);
      assert.equal(onHost('docker exec switchyard-compose-test-redis printenv UPDATE').trim(), '>=1');
    });

    it('refuses to go down while a container would be left', async () => {
      onHost(`docker run -d --name clearml-redis -v ${DIRECTORY}/data:/data redis:5.0`);
      try {
        await assert.rejects(dockerCompose.check(absent, target), /^Refusal: lab-1: clearml-redis would stay/);
      } finally {
        onHost('docker rm -f clearml-redis');
      }
    });

    it('names the services that do not stay running, with their last words', async () => {
      onHost(`cd ${DIRECTORY} && docker-compose down >/dev/null 2>&1`);
      await connection.writeFile(
        MAIN,
        OLD.replace('    image:', '    command: sh -c "echo my last words; exit 3"\n    restart: always\n    image:'),
      );
      const start = { project_dir: DIRECTORY, state: 'present', wait: 6 } as const;
      const change = changeOf(await dockerCompose.check(start, target));
      await assert.rejects(dockerCompose.apply(start, change as never, target), (error: Error & { detail?: { output?: string } }) => {
        assert.equal(error.message, 'lab-1: redis did not stay running within 6 s');
        assert.match(error.detail?.output ?? '', /my last words/);
        return true;
      });
    });
  });
});
