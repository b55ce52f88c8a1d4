import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ComposeService } from '../../src/modules/compose_config.ts';
import type { ContainerSummary } from '../../src/modules/compose_project.ts';
import { judgeServices } from '../../src/modules/compose_running.ts';

const service = (name: string): ComposeService => ({
  name,
  container: '',
  image: 'redis:5.0',
  command: [],
  environment: {},
  mounts: [],
  ports: [],
  user: '',
});
const container = (name: string, more: { state?: string; hash?: string; imageId?: string } = {}): ContainerSummary => ({
  id: name,
  name,
  state: more.state ?? 'running',
  image: 'redis:5.0',
  imageId: more.imageId ?? 'sha256:1',
  labels: { 'com.docker.compose.service': name, 'com.docker.compose.config-hash': more.hash ?? 'h' },
  mounts: [],
  ports: [],
});
const known = { hashes: new Map([['redis', 'h']]), images: new Map([['redis:5.0', 'sha256:1']]) };

describe('the services of a project', () => {
  const CASES: readonly [what: string, name: string, containers: readonly ContainerSummary[], fault: string | undefined][] = [
    ['as declared', 'redis', [container('redis')], undefined],
    ['without a container', 'redis', [], 'has no container'],
    ['stopped', 'redis', [container('redis', { state: 'exited' })], 'is exited'],
    ['restarting', 'redis', [container('redis', { state: 'restarting' })], 'is restarting'],
    ['of another configuration', 'redis', [container('redis', { hash: 'other' })], 'has another configuration'],
    ['on an image that its name has left', 'redis', [container('redis', { imageId: 'sha256:0' })], 'runs on an older redis:5.0'],
    ['that may stop by itself', 'agent-services', [container('agent-services', { state: 'exited' })], undefined],
    ['that may stop by itself, never started', 'agent-services', [container('agent-services', { state: 'created' })], 'is created'],
  ];
  for (const [what, name, containers, fault] of CASES) {
    it(`are judged: one ${what}`, () => {
      assert.deepEqual(Object.fromEntries(judgeServices([service(name)], containers, known)), fault === undefined ? {} : { [name]: fault });
    });
  }

  it('are not judged by an image that is not on the host any more', () => {
    assert.equal(judgeServices([service('redis')], [container('redis', { imageId: 'sha256:0' })], { ...known, images: new Map() }).size, 0);
  });
});
