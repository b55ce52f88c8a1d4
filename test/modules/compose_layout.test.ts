import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseYaml } from '../../src/base/yaml.ts';
import { readComposeServices } from '../../src/modules/compose_config.ts';
import { directoriesOf, fitFile } from '../../src/modules/compose_layout.ts';

const STOCK = {
  elastic_target: '/opt/trains/data/elastic_7',
  mongo: ['/opt/trains/data/mongo/db', '/opt/trains/data/mongo/configdb'],
  redis: '/opt/trains/data/redis',
  fileserver: '/opt/trains/data/fileserver',
  config: '/opt/trains/config',
  logs: '/opt/trains/logs',
};
const at = (base: string) => JSON.parse(JSON.stringify(STOCK).replaceAll('/opt/trains', base)) as typeof STOCK;
const layout = (changed: Partial<typeof STOCK> = {}, project_dir = '/opt/trains') =>
  directoriesOf({ data: { ...STOCK, ...changed }, project_dir });
const pathAt = (target: string, directories: ReturnType<typeof layout>) =>
  directories.find(({ targets }) => targets.includes(target))?.path;
const fitted = (source: string, directories = layout(at('/srv/t'))) => fitFile(source, 'new.yml', directories);
/** The services that the fitted text declares, read anew. */
const mountsOf = (text: string, service = 'one') =>
  readComposeServices(parseYaml(text, 'f').value)
    .find(({ name }) => name === service)
    ?.mounts.map(({ source }) => source);

describe('the directories of an installation', () => {
  it('are those that were found', () => assert.equal(pathAt('/data/configdb', layout(at('/srv/t'))), '/srv/t/data/mongo/configdb'));

  it('are compared without a slash at the end', () => assert.equal(pathAt('/data', layout({ redis: '/r/' })), '/r'));

  const DERIVED: readonly [what: string, target: string, changed: Partial<typeof STOCK>, project_dir: string, path: string][] = [
    [
      'Redis, which 0.11 had not, beside the data of Elasticsearch',
      '/data',
      { ...at('/srv/t'), redis: '' },
      '/opt/trains',
      '/srv/t/data/redis',
    ],
    ['configuration where the data directory is', '/opt/trains/config', { ...at('/srv/t'), config: '' }, '/x', '/srv/t/config'],
    ['logs where the data directory is', '/var/log/trains', { ...at('/srv/t'), logs: '' }, '/x', '/srv/t/logs'],
    ['the agent where the data directory is', '/root/.trains', at('/srv/t'), '/x', '/srv/t/agent'],
    [
      'the agent beside the configuration, with data on a disk of another name',
      '/root/.trains',
      { elastic_target: '/big/es7' },
      '/x',
      '/opt/trains/agent',
    ],
    [
      'the agent in the project where nothing has a stock name',
      '/root/.trains',
      { elastic_target: '/a/b', config: '/c/d', logs: '/l' },
      '/x',
      '/x/agent',
    ],
    [
      'nothing in the root of the host',
      '/root/.trains',
      { elastic_target: '/data/es7', config: '/config', logs: '/logs' },
      '/x',
      '/x/agent',
    ],
  ];
  for (const [what, target, changed, project, path] of DERIVED) {
    it(`which the old release had not: ${what}`, () => assert.equal(pathAt(target, layout(changed, project)), path));
  }
});

describe('a compose file made to fit', () => {
  const file = (lines: string) => `services:\n  one:\n    image: own/image\n${lines}`;

  it('is the same text where all directories are those it names', () => {
    const source = file('    volumes: # c\n    -   "/opt/trains/data/mongo/db:/data/db"   # d\n');
    assert.deepEqual({ ...fitted(source, layout()), services: [] }, { text: source, moved: [], services: [] });
  });

  it('keeps everything but the directories as it was written, and says in its head which they are', () => {
    const source = file(
      "    # kept\n    volumes:\n    -   '/opt/trains/logs:/var/log/trains:ro'   # too\n    - /opt/trains/config:/opt/trains/config\n",
    );
    const { text, moved } = fitted(source);
    assert.deepEqual(moved, [
      { from: '/opt/trains/logs', to: '/srv/t/logs' },
      { from: '/opt/trains/config', to: '/srv/t/config' },
    ]);
    const head = text.split('\n').filter((line) => line.startsWith('#'));
    assert.equal(head.length, 3);
    for (const [index, { from, to }] of moved.entries()) assert.ok(head[index + 1]!.includes(from) && head[index + 1]!.includes(to));
    assert.equal(
      text.slice(text.indexOf('services:')),
      source.replace("'/opt/trains/logs:", "'/srv/t/logs:").replace('/opt/trains/config:', '/srv/t/config:'),
    );
  });

  const FITTED: readonly [what: string, volume: string, source: string][] = [
    ['Elasticsearch', '/opt/trains/data/elastic_7:/usr/share/elasticsearch/data', '/srv/t/data/elastic_7'],
    ['the file server', '/opt/trains/data/fileserver:/mnt/fileserver', '/srv/t/data/fileserver'],
    ['the configuration of a later release', '/opt/clearml/config:/opt/clearml/config', '/srv/t/config'],
    ['a long form', '{ type: bind, source: /opt/trains/data/mongo/db, target: /data/db }', '/srv/t/data/mongo/db'],
    ['a variable', '"${DIR:-/opt/trains}/data/mongo/db:/data/db:rw"', '/srv/t/data/mongo/db'],
    ["Docker's socket, which stays", '/var/run/docker.sock:/var/run/docker.sock', '/var/run/docker.sock'],
    ['a named volume, which stays', 'logs:/var/log/trains', 'logs'],
    ['/data of a service that is not Redis, which stays', '/opt/own:/data', '/opt/own'],
  ];
  for (const [what, volume, source] of FITTED) {
    it(`has in the place of ${what}: ${source}`, () =>
      assert.deepEqual(mountsOf(fitted(file(`    volumes:\n    - ${volume}\n`)).text), [source]));
  }

  it('has the /data of Redis', () => {
    const { text } = fitted('services: { r: { image: "reg:5000/redis:5.0", volumes: [/opt/trains/data/redis:/data] } }\n');
    assert.deepEqual(mountsOf(text, 'r'), ['/srv/t/data/redis']);
  });

  for (const [form, lines] of [
    ['map', '      TRAINS_AGENT_DOCKER_HOST_MOUNT: "/opt/trains/agent:/root/.trains"\n      OTHER: /opt/trains/agent\n'],
    ['list', '      - TRAINS_AGENT_DOCKER_HOST_MOUNT=/opt/trains/agent:/root/.trains\n      - OTHER=/opt/trains/agent\n'],
  ] as const) {
    it(`tells the agent the directory it is given, in a ${form}`, () => {
      const { text, moved } = fitted(file(`    environment:\n${lines}    volumes: ["/opt/trains/agent:/root/.trains"]\n`));
      assert.deepEqual(moved, [{ from: '/opt/trains/agent', to: '/srv/t/agent' }]);
      assert.deepEqual(readComposeServices(parseYaml(text, 'f').value)[0]!.environment, {
        TRAINS_AGENT_DOCKER_HOST_MOUNT: '/srv/t/agent:/root/.trains',
        OTHER: '/opt/trains/agent',
      });
      assert.deepEqual(mountsOf(text), ['/srv/t/agent']);
    });
  }

  it('does not let compose take a dollar sign of a directory for a variable', () => {
    const { text, moved } = fitted(file('    volumes: [/opt/trains/logs:/var/log/trains]\n'), layout({ logs: '/srv/a$b, c' }));
    assert.deepEqual(moved, [{ from: '/opt/trains/logs', to: '/srv/a$b, c' }]);
    assert.ok(text.includes('"/srv/a$$b, c:/var/log/trains"'), text);
    assert.deepEqual(mountsOf(text), ['/srv/a$b, c']);
    assert.equal(fitted(text, layout({ logs: '/srv/a$b, c' })).text, text);
  });
});
