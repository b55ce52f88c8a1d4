import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readComposeServices, roleOf } from '../../src/modules/compose_config.ts';

const read = (service: object) => readComposeServices({ services: { one: service } })[0]!;

describe('what compose prints of its configuration', () => {
  const MOUNTS: readonly [what: string, written: unknown, read: object][] = [
    ['short, of a directory', '/opt/db:/data/db:rw', { type: 'bind', source: '/opt/db', target: '/data/db' }],
    ['short, of a named volume', 'mongodata:/data', { type: 'volume', source: 'mongodata', target: '/data' }],
    ['short, of an anonymous volume', '/data/db', { type: 'volume', source: '', target: '/data/db' }],
    ['short, with a colon in the source', '${D:-/opt}/db:/data/db', { type: 'bind', source: '${D:-/opt}/db', target: '/data/db' }],
    ['short, with a dollar sign and slashes', '/a$$b/:/data/', { type: 'bind', source: '/a$b', target: '/data' }],
    ['long', { type: 'bind', source: '/x', target: '/data', bind: {} }, { type: 'bind', source: '/x', target: '/data' }],
    ['long, of an anonymous volume', { type: 'volume', target: '/data' }, { type: 'volume', source: '', target: '/data' }],
  ];
  for (const [what, written, mount] of MOUNTS)
    it(`reads a mount: ${what}`, () => assert.deepEqual(read({ volumes: [written] }).mounts, [mount]));

  const PORTS: readonly [written: unknown, read: readonly object[]][] = [
    ['8008:8008/tcp', [{ host: '', published: 8008, target: 8008 }]],
    ['127.0.0.1:9000:80', [{ host: '127.0.0.1', published: 9000, target: 80 }]],
    ['80', []],
    [{ published: 8080, target: 80 }, [{ host: '', published: 8080, target: 80 }]],
    [{ mode: 'ingress', host_ip: '::1', published: '8080', target: 80 }, [{ host: '::1', published: 8080, target: 80 }]],
    [{ target: 80 }, []],
  ];
  for (const [written, ports] of PORTS)
    it(`reads a port: ${JSON.stringify(written)}`, () => assert.deepEqual(read({ ports: [written] }).ports, ports));

  it('reads an environment, a map or a list', () => {
    assert.deepEqual(read({ environment: { A: 1, 'b.c': 'x=y', NOTHING: null } }).environment, { A: '1', 'b.c': 'x=y', NOTHING: '' });
    assert.deepEqual(read({ environment: ['A=1', 'b.c=x=y', 'NOTHING'] }).environment, { A: '1', 'b.c': 'x=y', NOTHING: '' });
    assert.deepEqual(read({}).environment, {});
  });

  it('reads a command, one string or a list', () => {
    assert.deepEqual(read({ command: 'a --b' }).command, ['a --b']);
    assert.deepEqual(read({ command: ['a', 1] }).command, ['a', '1']);
    assert.deepEqual(read({ command: null }).command, []);
  });

  it('has no services where there is nothing', () => {
    for (const config of [undefined, null, [], {}, { services: null }]) assert.deepEqual(readComposeServices(config), []);
  });

  const ROLES: readonly [service: object, role: string | undefined][] = [
    [{ image: 'docker.elastic.co/elasticsearch/elasticsearch:5.6.16' }, 'elastic'],
    [{ image: 'registry:5000/own/search', volumes: ['/e:/usr/share/elasticsearch/data'] }, 'elastic'],
    [{ image: 'mongo@sha256:00' }, 'mongo'],
    [{ image: 'own/db', volumes: ['/m:/data/db'] }, 'mongo'],
    [{ image: 'redis' }, 'redis'],
    [{ image: 'allegroai/trains:latest', ports: ['8008:8008'], volumes: ['/f:/mnt/fileserver'] }, 'apiserver'], // as in 0.16
    [{ image: 'allegroai/trains:latest', ports: ['8081:8081'], volumes: ['/f:/mnt/fileserver'] }, 'fileserver'],
    [{ image: 'allegroai/trains:latest', ports: ['8080:80'] }, undefined],
  ];
  for (const [service, role] of ROLES) it(`knows the part of ${JSON.stringify(service)}`, () => assert.equal(roleOf(read(service)), role));
});
