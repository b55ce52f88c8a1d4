import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Refusal } from '../../src/base/errors.ts';
import { readComposeServices } from '../../src/modules/compose_config.ts';
import type { ContainerSummary } from '../../src/modules/compose_project.ts';
import { dataPaths } from '../../src/modules/server_data.ts';

const SERVICES: Record<string, { image: string; volumes?: string[] }> = {
  elasticsearch: { image: 'elasticsearch:5.6.16', volumes: ['/srv/es:/usr/share/elasticsearch/data'] },
  mongo: { image: 'mongo:3.6.5', volumes: ['/srv/m/db:/data/db', '/srv/m/cfg:/data/configdb'] },
  redis: { image: 'redis:5.0', volumes: ['/srv/redis:/data'] },
  fileserver: {
    image: 'allegroai/trains:latest',
    volumes: ['/srv/files:/mnt/fileserver', '/srv/config:/opt/trains/config', '/srv/log:/var/log/trains'],
  },
};
const paths = (
  changed: Record<string, { image: string; volumes?: string[] } | undefined> = {},
  containers: readonly ContainerSummary[] = [],
) => {
  const services = Object.fromEntries(Object.entries({ ...SERVICES, ...changed }).filter(([, service]) => service !== undefined));
  return dataPaths(readComposeServices({ services }), containers, 'h1');
};
const running = (service: string, source: string, target: string): ContainerSummary => ({
  id: '1',
  name: `trains-${service}`,
  state: 'running',
  image: '',
  imageId: '',
  labels: { 'com.docker.compose.service': service },
  mounts: [{ type: 'bind', source, target }],
  ports: [],
});

describe('where a server keeps its data', () => {
  it('is read from the effective mounts', () => {
    assert.deepEqual(paths(), {
      elastic: '/srv/es',
      mongo: ['/srv/m/db', '/srv/m/cfg'],
      redis: '/srv/redis',
      fileserver: '/srv/files',
      config: '/srv/config',
      logs: '/srv/log',
    });
  });

  it('may lack Redis: before 0.12 there was none', () => assert.equal(paths({ redis: undefined }).redis, ''));

  const COPY = /^copy (\/\S+) out of the running container with docker cp, and mount the copy at \1 in the compose file$/;
  const REFUSED: readonly [what: string, ask: () => unknown, message: RegExp, next: RegExp][] = [
    [
      'Mongo in a named volume',
      () => paths({ mongo: { image: 'mongo:3.6.5', volumes: ['mongodata:/data/db', '/c:/data/configdb'] } }),
      /^h1: service mongo keeps \/data\/db in the Docker volume mongodata/,
      COPY,
    ],
    [
      'Mongo beside its mount, as the Windows file had it',
      () => paths({ mongo: { image: 'mongo:3.6.5', volumes: ['mongodata:/data'] } }),
      /^h1: service mongo mounts nothing at \/data\/db/,
      COPY,
    ],
    [
      'Elasticsearch without a mount',
      () => paths({ elasticsearch: { image: 'elasticsearch:5.6.16' } }),
      /^h1: service elasticsearch mounts nothing at \/usr\/share\/elasticsearch\/data/,
      COPY,
    ],
    [
      'no Elasticsearch at all',
      () => paths({ elasticsearch: undefined }),
      /^h1: the compose file has no service with the image or the data of Elasticsearch/,
      /^say which compose files belong to the server with compose_files$/,
    ],
    [
      'another directory in the running container',
      () => paths({}, [running('elasticsearch', '/old/es', '/usr/share/elasticsearch/data')]),
      /^h1: evidence disagrees: container trains-elasticsearch has \/old\/es mounted at \S+, the compose file says \/srv\/es$/,
      /^make the compose file say what the running container has, or recreate the container/,
    ],
  ];
  for (const [what, ask, message, next] of REFUSED) {
    it(`is refused: ${what}`, () =>
      assert.throws(ask, (error: Error) => {
        assert.ok(error instanceof Refusal);
        assert.match(error.message, message);
        assert.match(error.detail.next ?? '', next);
        return error.detail.state === 'nothing was changed';
      }));
  }
});
