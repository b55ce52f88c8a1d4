import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { openDocker } from '../../src/connections/docker.ts';
import { readComposeServices } from '../../src/modules/compose_config.ts';
import type { ContainerSummary } from '../../src/modules/compose_project.ts';
import { findTakenPorts } from '../../src/modules/server_ports.ts';
import { type Answers, type Engine, fakeEngine } from '../support/engine.ts';
import { scriptedTarget } from '../support/scripted_connection.ts';

const services = readComposeServices({ services: { webserver: { image: 'allegroai/trains:latest', ports: ['8090:80'] } } });
const container = (name: string, ...published: number[]): ContainerSummary => ({
  id: name,
  name,
  state: 'running',
  image: '',
  imageId: '',
  labels: {},
  mounts: [],
  ports: published.map((port) => ({ ip: '0.0.0.0', published: port, target: port })),
});
const HEAD = 'State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n';
const listens = (at: string, users = '') => `LISTEN 0      4096   ${at}      0.0.0.0:*    ${users}\n`;
const by = (name: string, pid: number) => `users:(("${name}",pid=${pid},fd=4))`;

describe('ports that somebody else has', () => {
  let engine: Engine;
  afterEach(() => engine.close());
  const look = async (
    sockets: string,
    { own = [], others = [], answers = {} }: { own?: ContainerSummary[]; others?: ContainerSummary[]; answers?: Answers } = {},
  ) => {
    engine = await fakeEngine(answers, [[/^env LC_ALL=C sh -c PATH/, sockets]]);
    const server = { services, containers: own, docker: openDocker(engine.connection) };
    return findTakenPorts(server, [...own, ...others], scriptedTarget(engine.connection));
  };

  it('are none on a host where nothing listens', async () => assert.deepEqual(await look(HEAD), []));

  it('are told with the process, once for all its addresses; other ports do not count', async () => {
    const sockets = `${HEAD}${listens('127.0.0.1:9200', by('java', 7))}${listens('[::1]:9200', by('java', 7))}${listens('*:22', by('sshd', 1))}`;
    assert.deepEqual(await look(sockets), [{ port: 9200, by: 'java (pid 7)' }]);
  });

  it('are those of the installed services, too', async () => {
    assert.deepEqual(await look(listens('0.0.0.0:8090', by('nginx', 8))), [{ port: 8090, by: 'nginx (pid 8)' }]);
  });

  it('are told with the container, whether Docker listens for it or not', async () => {
    const others = [container('other-redis', 6379), container('web', 8080)];
    assert.deepEqual(await look(listens('0.0.0.0:6379', by('docker-proxy', 9)), { others }), [
      { port: 6379, by: 'container other-redis' },
      { port: 8080, by: 'container web' },
    ]);
  });

  it('are not those of its own containers', async () => {
    const sockets = listens('0.0.0.0:8008', by('docker-proxy', 9)) + listens('[::]:8008', '');
    assert.deepEqual(await look(sockets, { own: [container('trains-apiserver', 8008)] }), []);
  });

  it('are not those of its own containers on the network of the host', async () => {
    const answers = {
      'GET /containers/trains-elastic/json': { HostConfig: { NetworkMode: 'host' } },
      'GET /containers/trains-elastic/top': { Titles: ['UID', 'PID', 'CMD'], Processes: [['1000', '77', 'java']] },
    };
    const sockets = listens('*:9200', by('java', 77)) + listens('*:27017', by('mongod', 78));
    assert.deepEqual(await look(sockets, { own: [container('trains-elastic')], answers }), [{ port: 27017, by: 'mongod (pid 78)' }]);
  });

  it('are told of a process beside a container of its own, on another address', async () => {
    const sockets = listens('10.0.0.1:6379', by('docker-proxy', 9)) + listens('127.0.0.1:6379', by('redis-server', 10));
    assert.deepEqual(await look(sockets, { own: [container('trains-redis', 6379)] }), [{ port: 6379, by: 'redis-server (pid 10)' }]);
  });

  it('are told of a process that may not be seen, or for which there is nothing to see it by', async () => {
    assert.deepEqual(await look(listens('0.0.0.0:8081')), [{ port: 8081, by: 'a process that this user may not see' }]);
    await engine.close();
    const kernel =
      '  sl  local_address rem_address   st\n   0: 00000000:1F91 00000000:0000 0A 00\n   1: 00000000:1F90 0100007F:1234 01 00\n';
    assert.deepEqual(await look(kernel), [{ port: 8081, by: 'a process that cannot be told: ss is not installed' }]);
  });
});
