import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { gatherFacts } from '../../src/run/facts.ts';
import { ScriptedConnection } from '../support/scripted_connection.ts';

const NUMBERS = ['uid', 'epoch', 'cpus', 'memory_total', 'memory_available', 'vm_max_map_count'].map((name) => `${name}\t1000`).join('\n');
const ask = async (...lines: string[]) =>
  (await gatherFacts(new ScriptedConnection([['sh -c', [NUMBERS, ...lines].join('\n')]]), () => 0)).docker;

describe('the facts of Docker', () => {
  it('are plain where nothing is special', async () => {
    const docker = await ask(
      'docker\t20.10.5|/var/lib/docker|[name=apparmor name=seccomp,profile=default]',
      'docker_program\t/usr/bin/docker /usr/bin/docker',
    );
    const { userns, snap, selinux, rootless, root_dir } = docker;
    assert.deepEqual(
      { userns, snap, selinux, rootless, root_dir },
      { userns: false, snap: false, selinux: false, rootless: false, root_dir: '/var/lib/docker' },
    );
  });

  it('tell what the engine does to containers', async () => {
    const { userns, selinux } = await ask(
      'docker\t20.10.5|/var/lib/docker/1000.1000|[name=seccomp,profile=default name=selinux name=userns]',
    );
    assert.deepEqual([userns, selinux], [true, true]);
  });

  it('tell a snap by its directory and by its program', async () => {
    assert.equal((await ask('docker\t28.1|/var/snap/docker/common/var-lib-docker|[]')).snap, true);
    assert.equal((await ask('docker_unknown\tno permission', 'docker_program\t/snap/bin/docker /usr/bin/snap')).snap, true);
  });
});
