import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { dockerCompose } from '../../src/modules/docker_compose.ts';
import { dockerImage } from '../../src/modules/docker_image.ts';
import type { Concerns } from '../../src/modules/module.ts';
import { Pending } from '../../src/run/pending.ts';

const decides = (written: Concerns, asked: Concerns) => {
  const pending = new Pending();
  pending.add(written);
  return pending.mayDecide(asked);
};
const writes = (...names: string[]): Concerns => ({ writes: names, reads: [] });
const reads = (...names: string[]): Concerns => ({ writes: [], reads: names });

describe('what pending changes decide', () => {
  const TOLD: readonly (readonly [written: string, asked: string, boolean])[] = [
    ['/srv/a', '/srv/a', true],
    ['/srv/a', '/srv/a/b', true],
    ['/srv/a/b', '/srv/a', true],
    ['/srv/a', '/srv/ab', false],
    ['/', '/srv', true],
    ['image redis:5.0', 'image redis:5.0', true],
    ['image redis:5.0', 'image', true],
    ['image redis:5.0', 'image mongo:3.6.5', false],
    ['image redis:5.0', 'images', false],
    ['containers', 'image', false],
  ];
  for (const [written, asked, is] of TOLD) {
    it(`${written} ${is ? 'decides' : 'does not decide'} ${asked}`, () => {
      assert.equal(decides(writes(written), reads(asked)), is);
      assert.equal(decides(writes(written), writes(asked)), is);
    });
  }

  it('is everything about the host where a change may write anything, and nothing where nothing is asked of it', () => {
    const anything: Concerns = { writes: 'anything', reads: [] };
    assert.deepEqual([decides(anything, reads('/a')), decides(anything, { writes: [], reads: [] })], [true, false]);
  });

  describe('with Docker', () => {
    const project = { project_dir: '/srv/t' };
    const up = dockerCompose.concerns!({ ...project, state: 'present' });
    const down = dockerCompose.concerns!({ ...project, state: 'absent' });
    const image = (more: object = {}) => dockerImage.concerns!({ name: 'redis:5.0', ...more });

    it('a pull decides what comes up, not what goes down, and not another pull', () => {
      assert.deepEqual([decides(image(), up), decides(image(), down)], [true, false]);
      assert.equal(decides(image(), dockerImage.concerns!({ name: 'mongo:3.6.5' })), false);
    });

    it('what comes up or goes down decides which image is the old one, and what else may go down', () => {
      assert.deepEqual([decides(down, image({ tag_old: 'x' })), decides(down, image())], [true, false]);
      assert.equal(decides(down, dockerCompose.concerns!({ project_dir: '/srv/other', state: 'absent' })), true);
    });

    it('a file that compose reads by itself decides both', () => {
      for (const name of ['docker-compose.yml', 'docker-compose.override.yml', 'compose.yaml', '.env']) {
        assert.deepEqual([decides(writes(`/srv/t/${name}`), up), decides(writes(`/srv/t/${name}`), down)], [true, true], name);
      }
      assert.equal(decides(writes('/srv/t/docker-compose-0.16.1.yml'), down), false);
    });
  });
});
