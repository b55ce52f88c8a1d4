// An old project stopped for good and a new file started in its place, on a host that does what compose would.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { parseYaml } from '../../src/base/yaml.ts';
import type { DockerComposeArguments } from '../../src/modules/arguments.ts';
import { dockerCompose } from '../../src/modules/docker_compose.ts';
import type { Outputs, Target } from '../../src/modules/module.ts';
import { type Engine, fakeEngine } from '../support/engine.ts';
import { type Asked, type Row, type ScriptedConnection, scriptedTarget } from '../support/scripted_connection.ts';

const DIRECTORY = '/srv/t';
const MAIN = `${DIRECTORY}/docker-compose.yml`;
const INSTALL = `${DIRECTORY}/here.yml`;
/** All parts in one service, as they were installed once; the new file has a service for each. */
const OLD = 'services:\n  trainsserver: { image: "own/server" }\n  redis: { image: "redis:5.0" }\n';
const NEW = 'services:\n  apiserver: { image: "own/server" }\n  redis: { image: "redis:5.0" }\n';
const HASH = '0'.repeat(64);

const optionOf = (argv: readonly string[], option: string) => argv[argv.indexOf(option) + 1]!;
const servicesOf = (text: string) => Object.keys((parseYaml(text, 'f').value as { services: object }).services);

describe('docker_compose, down and up again', () => {
  let engine: Engine;
  let connection: ScriptedConnection;
  let target: Target;
  let containers: readonly object[];
  /** restart policies, where they are not `always` */
  let policies: Record<string, string>;
  afterEach(() => engine.close());

  /** A host on which the project `name` runs from OLD. */
  const given = async (name: string) => {
    const start = (project: string, text: string) =>
      servicesOf(text).map((service) => ({
        Id: `id-${service}`,
        Names: [`/${service}`],
        State: 'running',
        Image: 'i',
        ImageID: 'i',
        Labels: {
          'com.docker.compose.project': project,
          'com.docker.compose.project.working_dir': DIRECTORY,
          'com.docker.compose.service': service,
          'com.docker.compose.config-hash': HASH,
        },
      }));
    const file = ({ argv }: Asked) => String(connection.files.get(optionOf(argv, '-f')));
    const rows: readonly Row[] = [
      [/^ls -1A/, () => [...connection.files.keys()].map((path) => path.slice(DIRECTORY.length + 1)).join('\n')],
      [/parked-\*/, () => [...connection.files.keys()].filter((path) => path.startsWith(`${MAIN}.parked-`)).join('\n')],
      [/^mkdir -p/, ''],
      [
        / config --hash /,
        (asked) =>
          servicesOf(file(asked))
            .map((service) => `${service} ${HASH}`)
            .join('\n'),
      ],
      [/ config$/, file],
      [
        / down /,
        ({ argv }) => {
          const project = optionOf(argv, '-p');
          containers = containers.filter(
            (one) => (one as { Labels: Record<string, string> }).Labels['com.docker.compose.project'] !== project,
          );
          return '';
        },
      ],
      [
        / up -d/,
        (asked) => {
          containers = start(optionOf(asked.argv, '-p'), file(asked));
          return '';
        },
      ],
      [
        /mv -n/,
        ({ argv }) => {
          const [from, to] = argv.slice(-2) as [string, string];
          connection.files.set(to, connection.files.get(from)!);
          connection.files.delete(from);
          return '';
        },
      ],
    ];
    containers = start(name, OLD);
    policies = {};
    const inspected = (service: string) => () => ({
      Name: `/${service}`,
      Image: 'i',
      Config: { Image: 'i', Labels: {}, Env: [] },
      HostConfig: { RestartPolicy: { Name: policies[service] ?? 'always' } },
      State: { Running: true, Restarting: false, StartedAt: 'then' },
    });
    engine = await fakeEngine(
      {
        'GET /containers/json': () => containers,
        ...Object.fromEntries(['trainsserver', 'redis', 'apiserver'].map((name) => [`GET /containers/id-${name}/json`, inspected(name)])),
        'POST /containers/id-redis/update': { Warnings: [] },
      },
      rows,
      { [MAIN]: OLD, [INSTALL]: NEW },
    );
    connection = engine.connection;
    target = scriptedTarget(connection, { run: { directory: `${DIRECTORY}/.switchyard/runs/r` } });
  };
  const applied = async (args: DockerComposeArguments): Promise<Outputs> => {
    const looked = await dockerCompose.check(args, target);
    assert.equal(looked.status, 'changes', JSON.stringify(looked));
    return dockerCompose.apply(args, (looked as Extract<typeof looked, { status: 'changes' }>).change, target);
  };
  const running = () =>
    containers.map((one) => {
      const { Names, Labels } = one as { Names: string[]; Labels: Record<string, string> };
      return `${Labels['com.docker.compose.project']}${Names[0]}`;
    });
  const absent = { project_dir: DIRECTORY, state: 'absent', park: true } as const;
  const present = (stopped: Outputs) =>
    ({ project_dir: DIRECTORY, state: 'present', install: INSTALL, environment_from: String(stopped.environment_file) }) as const;

  it('leaves nothing that could come back by itself: no container to restart, no file to start from', async () => {
    await given('trains');
    await applied(absent);
    assert.deepEqual(containers, []);
    assert.equal(connection.files.has(MAIN), false);
    assert.ok(
      [...connection.files.keys()].every((path) => !/compose\.ya?ml$/.test(path)),
      'a name that compose reads without being told',
    );
    assert.equal((await dockerCompose.check(absent, target)).status, 'ok');
    await assert.rejects(dockerCompose.check({ project_dir: DIRECTORY, state: 'present' }, target), /there is no \S+docker-compose\.yml$/);
  });

  it('starts the new file under the name that the old project had, whatever the directory is called', async () => {
    await given('other');
    const stopped = await applied(absent);
    target = scriptedTarget(connection, { run: { directory: `${DIRECTORY}/.switchyard/runs/later` } });
    const outputs = await applied(present(stopped));
    assert.deepEqual(running(), ['other/apiserver', 'other/redis']);
    assert.deepEqual(outputs.compose_files, [MAIN]);
    assert.equal(connection.files.get(MAIN), NEW);
    assert.equal((await dockerCompose.check(present(stopped), target)).status, 'ok');
  });

  it('starts the old project again under its own name when it is taken back', async () => {
    await given('other');
    const stopped = await applied(absent);
    const started = await applied(present(stopped));
    await dockerCompose.undo?.(present(stopped), started, target);
    assert.deepEqual(running(), []);
    await dockerCompose.undo?.(absent, stopped, target);
    assert.deepEqual(running(), ['other/trainsserver', 'other/redis']);
    assert.equal(connection.files.get(MAIN), OLD);
  });

  it('gives containers that are taken back the restart policy that they had, whatever the file says', async () => {
    await given('trains');
    const stopped = await applied(absent);
    policies.redis = 'unless-stopped';
    await dockerCompose.undo?.(absent, stopped, target);
    assert.deepEqual(
      engine.asked.filter((line) => line.includes('/update')),
      ['POST /containers/id-redis/update'],
    );
  });

  it('goes on under the same name where it was broken off between down and parking', async () => {
    await given('other');
    await applied({ ...absent, park: false });
    await applied(absent);
    const downs = connection.commands.filter((line) => / down /.test(line));
    assert.equal(downs.length, 2);
    assert.ok(
      downs.every((line) => / -p other /.test(line)),
      downs.join('\n'),
    );
  });
});
