import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { failureOf } from '../../src/modules/compose_failure.ts';

// what docker-compose 1.29 and docker compose 2 say, and what the operator reads
const CASES: readonly [stderr: string, message: string, next: RegExp][] = [
  [
    'Cannot create container for service redis: Conflict. The container name "/trains-redis" is already in use by container "0123456789abcdef". You have to remove',
    'h up failed: the container name trains-redis is taken by another container (0123456789ab)',
    /docker inspect trains-redis/,
  ],
  [
    'driver failed programming external connectivity on endpoint x: Bind for 0.0.0.0:9200 failed: port is already allocated',
    'h up failed: the port 0.0.0.0:9200 is taken',
    /publish=9200/,
  ],
  ['listen tcp4 0.0.0.0:6379: bind: address already in use', 'h up failed: the port 0.0.0.0:6379 is taken', /publish=6379/],
  [
    'OCI runtime create failed: error setting rlimit type 8: operation not permitted: unknown',
    'h up failed: the host does not allow to raise the limit memlock that the compose file asks for',
    /docker-compose\.override\.yml/,
  ],
  ['manifest for redis:9.9 not found: manifest unknown', 'h up failed: the image redis:9.9 cannot be had', /docker load/],
  ['Cannot connect to the Docker daemon at unix:///x', 'h up failed: Docker does not answer', /start Docker/],
  ['write /x: no space left on device', 'h up failed: the disk is full', /docker system df/],
  ['The A variable is not set. Defaulting to a blank string.\nsomething else', 'h up ended with 1: something else', /^$/],
];

describe('a compose command that fails', () => {
  for (const [stderr, message, next] of CASES) {
    it(`is told as: ${message}`, () => {
      const error = failureOf({ code: 1, stdout: '', stderr }, 'h up');
      assert.equal(error.message, message);
      assert.match(error.detail.next ?? '', next);
    });
  }

  it('says that containers were left created when a limit cannot be raised', () => {
    const error = failureOf({ code: 1, stdout: '', stderr: 'error setting rlimit type 7: operation not permitted' }, 'h up');
    assert.equal(error.detail.state, 'containers were created and are not started');
  });

  it('names the signal that ended it', () => {
    assert.equal(failureOf({ signal: 'SIGKILL', stdout: '', stderr: '' }, 'h up').message, 'h up was ended by SIGKILL');
  });
});
