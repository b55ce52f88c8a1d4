import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parse } from 'yaml';
import { parseArguments } from '../../lab/arguments.ts';
import { composeFile, overrideFile } from '../../lab/compose.ts';
import { UsageError } from '../../lab/errors.ts';
import { inventoryFile, knownHostLines } from '../../lab/inventory.ts';
import { apiContainer, INSTALLATIONS, KINDS, type Kind } from '../../lab/kinds.ts';
import { recipeOf } from '../../lab/recipe.ts';
import type { HostState } from '../../lab/state.ts';
import { wantedHosts } from '../../lab/up.ts';

interface Service {
  readonly image: string;
  readonly container_name: string;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const servicesOf = (text: string) => parse(text).services as Record<string, Service>;
const sourceOf = (volume: string) => volume.split(':')[0]!;

describe("the lab's arguments", () => {
  it('have defaults', () => {
    assert.deepEqual(parseArguments(['up']), { command: 'up', hosts: undefined, documents: 20_000, kinds: [], fresh: false });
    assert.deepEqual(parseArguments(['ssh', 'lab-2', 'ls', '-l']), { command: 'ssh', host: 2, words: ['ls', '-l'] });
  });
  it('take a kind for each host', () => {
    const parsed = parseArguments(['up', '--release', '0.13,0.15-unified']);
    assert.deepEqual(parsed.command === 'up' && parsed.kinds, ['0.13', '0.15-unified']);
  });
  for (const args of [
    ['fly'],
    ['up', '--hosts', '0'],
    ['up', '--release', '0.16'],
    ['up', '--release', '0.15,'],
    ['up', 'x'],
    ['seed', 'two'],
    ['down', '--all'],
  ]) {
    it(`refuse "${args.join(' ')}"`, () => assert.throws(() => parseArguments(args), UsageError));
  }
});

describe("the lab's hosts", () => {
  const host = (number: number): HostState => ({ number, port: 22_000 + number, kind: '0.13', documents: 1 });
  const wanted = (hosts: number | undefined, kinds: Kind[], { existing = 0, fresh = false } = {}) =>
    wantedHosts(
      { hosts, kinds, fresh },
      Array.from({ length: existing }, (_, i) => host(i + 1)),
    ).map(({ kind }) => kind);

  it('are as many as the kinds that are named, in their order', () =>
    assert.deepEqual(wanted(undefined, ['0.13', '0.15-unified']), ['0.13', '0.15-unified']));
  it('are all of the last kind after the named ones', () => assert.deepEqual(wanted(3, ['0.13', '0.14']), ['0.13', '0.14', '0.14']));
  it('are 0.15 where none is named, and one where none is up', () => assert.deepEqual(wanted(undefined, []), ['0.15']));
  it('do not become fewer by the kinds that are named', () => assert.equal(wanted(undefined, ['0.13', '0.14'], { existing: 3 }).length, 3));
  it('become as many as the kinds when they are made anew', () =>
    assert.equal(wanted(undefined, ['0.13', '0.14'], { existing: 3, fresh: true }).length, 2));
  it('stay as many as they are when they are made anew as nothing in particular', () =>
    assert.equal(wanted(undefined, [], { existing: 3, fresh: true }).length, 3));
});

describe("the lab's compose files", () => {
  const services = (release: '0.13' | '0.14' | '0.15' | '0.16') => servicesOf(composeFile(release));

  it('run Elasticsearch 5.6.16 on data/elastic up to 0.15, and 7.6.2 on data/elastic_7 from 0.16', () => {
    for (const release of ['0.13', '0.14', '0.15'] as const) {
      assert.match(services(release).elasticsearch!.image, /:5\.6\.16$/);
      assert.deepEqual(services(release).elasticsearch!.volumes, ['/opt/trains/data/elastic:/usr/share/elasticsearch/data']);
    }
    assert.match(services('0.16').elasticsearch!.image, /:7\.6\.2$/);
    assert.deepEqual(services('0.16').elasticsearch!.volumes, ['/opt/trains/data/elastic_7:/usr/share/elasticsearch/data']);
  });

  it('have agent-services from 0.15 on, with the variables of the user left open', () => {
    assert.ok(!('agent-services' in services('0.14')));
    assert.equal(services('0.15')['agent-services']!.environment!.TRAINS_AGENT_GIT_PASS, '${TRAINS_AGENT_GIT_PASS}');
  });

  it('are lowered by an override alone', () => {
    const { elasticsearch } = parse(overrideFile('512m')).services;
    assert.deepEqual(Object.keys(elasticsearch), ['environment', 'ulimits']);
  });
});

describe("the lab's kinds of installation", () => {
  for (const kind of KINDS.filter((one) => INSTALLATIONS[one].form !== 'by-hand')) {
    it(`${kind}: everything that compose mounts is in its directory, and there before it starts`, () => {
      const { directory } = INSTALLATIONS[kind];
      const { directories, files } = recipeOf(kind);
      const made = [...directories, 'data/elastic'].map((path) => `${directory}/${path}`);
      const sources = Object.values(servicesOf(files['docker-compose.yml']!)).flatMap(({ volumes = [] }) => volumes.map(sourceOf));
      assert.deepEqual([...new Set(sources)].filter((path) => path !== '/var/run/docker.sock').sort(), made.sort());
    });
  }

  it('0.14 has the examples and no agent', () => {
    const { 'docker-compose.yml': text } = recipeOf('0.14').files;
    assert.deepEqual(Object.keys(servicesOf(text!)).sort(), ['apiserver', 'elasticsearch', 'fileserver', 'mongo', 'redis', 'webserver']);
    assert.equal(servicesOf(text!).apiserver!.environment!.TRAINS__apiserver__mongo__pre_populate__enabled, 'true');
    assert.ok(!recipeOf('0.14').images.some((image) => image.includes('agent')));
  });

  it('0.15-relocated has another directory, project name and a further port', () => {
    const { files } = recipeOf('0.15-relocated');
    assert.equal(files['.env'], 'COMPOSE_PROJECT_NAME=tracking\n');
    const { webserver, ...others } = servicesOf(files['docker-compose.override.yml']!);
    assert.deepEqual(webserver!.ports, ['8090:80']);
    assert.deepEqual(Object.keys(others), ['elasticsearch']);
    const { apiserver, 'agent-services': agent } = servicesOf(files['docker-compose.yml']!);
    assert.deepEqual(apiserver!.volumes, ['/srv/clear/trains/logs:/var/log/trains', '/srv/clear/trains/config:/opt/trains/config']);
    assert.equal(agent!.environment!.TRAINS_AGENT_DOCKER_HOST_MOUNT, '/srv/clear/trains/agent:/root/.trains');
  });

  it('0.15-unified has the application in one container, and no agent', () => {
    const unified = servicesOf(recipeOf('0.15-unified').files['docker-compose.yml']!);
    assert.deepEqual(Object.keys(unified).sort(), ['elasticsearch', 'mongo', 'redis', 'trainsserver']);
    assert.equal(unified.trainsserver!.container_name, 'trains-server');
    assert.deepEqual(unified.trainsserver!.ports, ['8008:8008', '8080:80', '8081:8081']);
    assert.deepEqual(
      unified.trainsserver!.volumes!.map(sourceOf),
      ['logs', 'data/fileserver', 'config'].map((path) => `/opt/trains/${path}`),
    );
    assert.equal(apiContainer('0.15-unified'), 'trains-server');
  });

  it('0.11-plain has five commands, no compose file and no Redis', () => {
    const { start, files, directories, images } = recipeOf('0.11-plain');
    const commands = start.split('\n');
    assert.deepEqual(
      commands.map((line) => /--name=(\S+)/.exec(line)![1]),
      ['elastic', 'mongo', 'fileserver', 'apiserver', 'webserver'].map((name) => `trains-${name}`),
    );
    for (const line of commands) {
      assert.match(line, /docker run -d --restart=always /);
      assert.match(line, line.includes('trains-webserver') ? /-p 8080:80/ : /--network=host/);
    }
    assert.match(commands[0]!, /-e 'ES_JAVA_OPTS=-Xms512m -Xmx512m' .*--ulimit memlock=65536:65536 /);
    assert.match(
      commands[1]!,
      /-v \/opt\/trains\/data\/mongo\/db:\/data\/db -v \/opt\/trains\/data\/mongo\/configdb:\/data\/configdb mongo:3\.6\.5 /,
    );
    assert.ok(!('docker-compose.yml' in files));
    assert.ok(![...directories, ...images].some((name) => name.includes('redis')));
  });
});

describe("the lab's inventory", () => {
  it('names hosts, keys and the inputs that are lowered', () => {
    const { trains } = parse(
      inventoryFile([
        { number: 1, port: 22001, kind: '0.13' },
        { number: 2, port: 22002, kind: '0.15-relocated' },
      ]),
    );
    assert.deepEqual(trains.hosts, { 'lab-1': { ansible_port: 22001 }, 'lab-2': { ansible_port: 22002, trains_dir: '/srv/clear/trains' } });
    assert.match(trains.vars.compose_sha256, /^[0-9a-f]{64}$/);
    assert.match(trains.vars.ansible_ssh_common_args, /^-o UserKnownHostsFile=\//);
  });
  it('pins the keys by name and port', () => {
    assert.deepEqual(knownHostLines(22001, 'ssh-ed25519 AAAA root@x\n\nssh-rsa BBBB\n'), [
      '[127.0.0.1]:22001 ssh-ed25519 AAAA',
      '[127.0.0.1]:22001 ssh-rsa BBBB',
    ]);
  });
});
