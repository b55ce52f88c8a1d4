import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseYaml } from '../../src/base/yaml.ts';
import { readComposeServices } from '../../src/modules/compose_config.ts';
import { directoriesOf } from '../../src/modules/compose_layout.ts';
import { placeIn } from '../../src/modules/compose_overrides.ts';
import { judgeProject } from '../../src/modules/compose_proof.ts';

type Service = Readonly<Record<string, unknown>>;

const SERVICES: Readonly<Record<string, Service>> = {
  apiserver: {
    image: 'allegroai/trains:latest',
    environment: { TRAINS_ELASTIC_SERVICE_HOST: 'elasticsearch', TRAINS_ELASTIC_SERVICE_PORT: 9200 },
    volumes: ['/t/logs:/var/log/trains', '/t/config:/opt/trains/config', '/t/data/fileserver:/mnt/fileserver'],
  },
  elasticsearch: { image: 'elastic/elasticsearch:7.6.2', volumes: ['/t/data/elastic_7:/usr/share/elasticsearch/data'] },
  mongo: { image: 'mongo:3.6.5', volumes: ['/t/data/mongo/db:/data/db', '/t/data/mongo/configdb:/data/configdb'] },
  redis: { image: 'redis:5.0', volumes: ['/t/data/redis:/data'] },
  agent: {
    image: 'own/agent:latest',
    environment: ['TRAINS_AGENT_DOCKER_HOST_MOUNT=/t/agent:/root/.trains'],
    volumes: ['/t/agent:/root/.trains', '/var/run/docker.sock:/var/run/docker.sock'],
  },
};
const directories = directoriesOf({
  project_dir: '/t',
  data: {
    elastic_target: '/t/data/elastic_7',
    mongo: ['/t/data/mongo/db', '/t/data/mongo/configdb'],
    redis: '/t/data/redis',
    fileserver: '/t/data/fileserver',
    config: '/t/config',
    logs: '/t/logs',
  },
});
/** What is found where compose makes this of the services; undefined: leaves one out. */
const found = (changed: Readonly<Record<string, Service | undefined>>, declared: Readonly<Record<string, Service>> = SERVICES) => {
  const effective = Object.fromEntries(
    Object.entries({ ...declared, ...changed }).flatMap(([name, service]) => (service ? [[name, { ...declared[name], ...service }]] : [])),
  );
  const wanted = { services: readComposeServices({ services: declared }), directories };
  return judgeProject(readComposeServices({ services: effective }), wanted).map(({ service, key, name, found, wanted }) =>
    [service, key, name, found, wanted].map(String),
  );
};

describe('what compose makes of the new file and the override files', () => {
  const FITS: readonly [what: string, changed: Readonly<Record<string, Service>>][] = [
    ['nothing was changed', {}],
    ['a service was added', { monitor: { image: 'own/monitor', volumes: ['/:/host:ro'] } }],
    ['ports and limits are others', { elasticsearch: { ports: ['127.0.0.1:9200:9200'], environment: { ES_JAVA_OPTS: '-Xmx4g' } } }],
    [
      'the agent is moved, and told so',
      { agent: { volumes: ['/a:/root/.trains'], environment: { TRAINS_AGENT_DOCKER_HOST_MOUNT: '/a:/root/.trains' } } },
    ],
    [
      'a setting is one that 7 knows',
      {
        elasticsearch: {
          command: 'elasticsearch -Ethread_pool.search.queue_size=5',
          environment: ['thread_pool.search.queue_size=5', 'script.painless.regex.enabled=true'],
        },
      },
    ],
    ['a directory ends with a slash', { redis: { volumes: ['/t/data/redis/:/data/'] } }],
  ];
  for (const [what, changed] of FITS) it(`fits where ${what}`, () => assert.deepEqual(found(changed), []));

  const DATA = '/usr/share/elasticsearch/data';
  const REFUSED = 'a setting that Elasticsearch 7 does not start with';
  const FOUND: readonly [what: string, changed: Readonly<Record<string, Service | undefined>>, finding: readonly string[]][] = [
    [
      'the data of Elasticsearch 5',
      { elasticsearch: { volumes: [`/t/data/elastic:${DATA}`] } },
      ['elasticsearch', 'volumes', DATA, '/t/data/elastic', '/t/data/elastic_7'],
    ],
    [
      'them in a service of its own',
      { old: { image: 'own/es', volumes: [{ type: 'bind', source: '/t/data/elastic', target: DATA }] } },
      ['old', 'volumes', DATA, '/t/data/elastic', '/t/data/elastic_7'],
    ],
    [
      'both at the same place',
      { elasticsearch: { volumes: [`/t/data/elastic_7:${DATA}`, `/t/data/elastic:${DATA}`] } },
      ['elasticsearch', 'volumes', DATA, '/t/data/elastic', '/t/data/elastic_7'],
    ],
    ['a Docker volume', { redis: { volumes: ['cache:/data'] } }, ['redis', 'volumes', '/data', 'the volume cache', '/t/data/redis']],
    ['Redis elsewhere', { redis: { image: 'redis:5.0', volumes: ['/x:/data'] } }, ['redis', 'volumes', '/data', '/x', '/t/data/redis']],
    [
      'a pinned image',
      { apiserver: { image: 'allegroai/trains:0.15.1' } },
      ['apiserver', 'image', 'undefined', 'allegroai/trains:0.15.1', 'allegroai/trains:latest'],
    ],
    [
      'no port of Elasticsearch',
      { apiserver: { environment: { TRAINS_ELASTIC_SERVICE_HOST: 'es', TRAINS_ELASTIC_SERVICE_PORT: null } } },
      ['apiserver', 'environment', 'TRAINS_ELASTIC_SERVICE_PORT', 'nothing, by which 0.16 asks port 9211', '9200'],
    ],
    [
      'a setting of Elasticsearch 5',
      { elasticsearch: { environment: ['script.inline=true'] } },
      ['elasticsearch', 'environment', 'script.inline', REFUSED, 'none'],
    ],
    [
      'one on the command line',
      { elasticsearch: { command: ['elasticsearch', '-Ethread_pool.bulk.queue_size=2000'] } },
      ['elasticsearch', 'command', 'thread_pool.bulk.queue_size', REFUSED, 'none'],
    ],
    [
      'one behind the option',
      { elasticsearch: { command: 'elasticsearch -E script.update=true' } },
      ['elasticsearch', 'command', 'script.update', REFUSED, 'none'],
    ],
    [
      'an agent that is told another directory',
      { agent: { volumes: ['/a:/root/.trains'] } },
      ['agent', 'environment', 'TRAINS_AGENT_DOCKER_HOST_MOUNT', '/t/agent:/root/.trains', '/a:/root/.trains'],
    ],
    ['a service behind a profile', { agent: undefined }, ['agent', 'profiles', 'undefined', 'no such service', 'the service']],
  ];
  for (const [what, changed, finding] of FOUND) it(`is refused: ${what}`, () => assert.deepEqual(found(changed), [finding]));

  it('knows a service by the new file, whatever image an override file gives it', () => {
    assert.deepEqual(found({ redis: { image: 'own/cache:1', volumes: ['/x:/data'] } }), [
      ['redis', 'volumes', '/data', '/x', '/t/data/redis'],
      ['redis', 'image', 'undefined', 'own/cache:1', 'redis:5.0'],
    ]);
  });

  it('is refused where a service of the new file lost its mount', () => {
    const volumes = (SERVICES.apiserver!.volumes as string[]).slice(1);
    assert.deepEqual(found({ apiserver: { volumes } }), [['apiserver', 'volumes', '/var/log/trains', 'nothing', '/t/logs']]);
  });

  it('is refused where the new file itself mounts a directory of the data nowhere', () => {
    const { redis: _redis, ...declared } = SERVICES;
    assert.deepEqual(found({}, { ...declared, redis: { image: 'redis:5.0' } }), [['', 'volumes', '/data', 'nothing', '/t/data/redis']]);
  });
});

describe('where an override file says something', () => {
  const document = (source: string, file = '/t/o.yml') => ({ file, document: parseYaml(source, file) });
  const file = document(`services:
  elasticsearch:
    image: own/es
    environment:
      - script.inline=true
      - A_PASS=secret
    volumes:
      - /a:/b
      - { type: bind, source: /old, target: /usr/share/elasticsearch/data/ }
  apiserver:
    environment: { script.inline: x }
    env_file: own.env
`);
  const PLACES: readonly [service: string, key: string, name: string | undefined, line: number | undefined, indirect?: boolean][] = [
    ['elasticsearch', 'image', undefined, 3],
    ['elasticsearch', 'environment', 'script.inline', 5],
    ['elasticsearch', 'environment', 'script.update', undefined],
    ['elasticsearch', 'volumes', '/usr/share/elasticsearch/data', 9],
    ['elasticsearch', 'command', undefined, undefined],
    ['apiserver', 'environment', 'script.inline', 11],
    ['apiserver', 'environment', 'script.update', 12, true],
    ['redis', 'image', undefined, undefined],
  ];
  for (const [service, key, name, line, indirect = false] of PLACES) {
    it(`is found: ${key} ${name ?? ''} of ${service}`, () =>
      assert.deepEqual(placeIn([file], { service, key, name }), line === undefined ? undefined : { file: '/t/o.yml', line, indirect }));
  }

  it('is the last file that says it, because that one counts', () => {
    const later = document('services: { elasticsearch: { image: later } }', '/t/later.yml');
    const silent = document('services: {}', '/t/silent.yml');
    assert.equal(placeIn([file, later, silent], { service: 'elasticsearch', key: 'image' })?.file, '/t/later.yml');
  });
});
