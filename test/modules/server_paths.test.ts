import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Refusal } from '../../src/base/errors.ts';
import { readComposeServices } from '../../src/modules/compose_config.ts';
import type { ContainerSummary } from '../../src/modules/compose_project.ts';
import { dataPaths } from '../../src/modules/server_paths.ts';

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
  return dataPaths(readComposeServices({ services }), containers, { host: 'h1', directory: '/opt/trains' });
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

  /** Of a container that is gone, the volume has to be found. */
  const COPY =
    /^docker volume ls -f dangling=true && mkdir -p \S+ .*&& rmdir \S+ .*&& mkdir \S+ .*docker run --rm --entrypoint cp -v VOLUME_OF_/;
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
  it('is refused in a Docker volume with the commands that copy it out of the container', () => {
    const volume = (target: string) => ({ type: 'volume', source: 'f00d', target });
    const container = { ...running('mongo', '', ''), state: 'exited', mounts: [volume('/data/db'), volume('/data/configdb')] };
    assert.throws(
      () => paths({ mongo: { image: 'mongo:3.6.5', volumes: ['mongodata:/data'] } }, [container]),
      (error: Refusal) => {
        assert.equal(
          error.message,
          'h1: service mongo mounts nothing at /data/db: its data are in the anonymous volume f00d, and the next docker-compose down would lose them',
        );
        const commands = [
          'docker stop trains-mongo',
          'mkdir -p /opt/trains/data/mongo/db /opt/trains/data/mongo/configdb',
          'rmdir /opt/trains/data/mongo/db /opt/trains/data/mongo/configdb',
          'mkdir /opt/trains/data/mongo/db /opt/trains/data/mongo/configdb',
          'docker cp -a trains-mongo:/data/db/. /opt/trains/data/mongo/db',
          'docker cp -a trains-mongo:/data/configdb/. /opt/trains/data/mongo/configdb',
        ];
        assert.equal(
          error.detail.next,
          `${commands.join(' && ')}; then write the mounts /opt/trains/data/mongo/db:/data/db and /opt/trains/data/mongo/configdb:/data/configdb into the volumes of mongo in the compose file, docker-compose up -d, and run this again; no docker-compose down before that: it takes the volume away from the container`,
        );
        return true;
      },
    );
  });

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
