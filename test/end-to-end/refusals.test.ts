// Bad input: each a clear error, its exit code, and the host exactly as it was.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { inventory, onHost, playbook, root, stateOfHost, switchyard } from './switchyard.ts';

describe('a run that must not be', () => {
  let before: string;
  beforeEach(() => {
    before = stateOfHost();
  });

  const directory = mkdtempSync(join(tmpdir(), 'switchyard-refusals-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const changedInventory = (name: string, change: (text: string) => string) => file(name, change(readFileSync(inventory, 'utf8')));

  it('says that a host does not answer, and what to do', () => {
    const known = file('known_closed', readFileSync(join(root, 'lab/.run/known_hosts'), 'utf8').replaceAll(/\]:\d+/g, ']:9'));
    const there = changedInventory('closed.yml', (text) =>
      text.replace(/ansible_port: \d+/, 'ansible_port: 9').replace(/UserKnownHostsFile=\S+/, `UserKnownHostsFile=${known}`),
    );
    const { status, stdout } = switchyard('run', playbook, '-i', there);
    assert.equal(status, 6, stdout);
    assert.match(stdout, /lab-1.*unreachable/);
    assert.match(stdout, /refused/);
    assert.match(stdout, /next: /);
    assert.equal(stateOfHost(), before);
  });

  it('says that the host key is another one', () => {
    const known = readFileSync(join(root, 'lab/.run/known_hosts'), 'utf8');
    const other = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
    const wrong = file(
      'known_hosts',
      known
        .split('\n')
        .filter((line) => line.includes('ssh-ed25519'))
        .map((line) => line.replace(/AAAA\S+/, other))
        .join('\n'),
    );
    const there = changedInventory('key.yml', (text) => text.replace(/UserKnownHostsFile=\S+/, `UserKnownHostsFile=${wrong}`));
    const { status, stdout } = switchyard('run', playbook, '-i', there);
    assert.equal(status, 6, stdout);
    assert.match(stdout, /host key/);
    assert.equal(stateOfHost(), before);
  });

  it('shows every fault of an invalid playbook with file, line and column, before any host', () => {
    const bad = file(
      'bad.yml',
      readFileSync(join(root, playbook), 'utf8').replace('docker_compose:', 'docker_compse:').replace('server_release:', 'server_relase:'),
    );
    const { status, stdout, stderr } = switchyard('run', bad, '-i', inventory);
    assert.equal(status, 3, stdout + stderr);
    assert.match(stdout + stderr, /bad\.yml:\d+:\d+: .*docker_compse.*docker_compose/);
    assert.match(stdout + stderr, /bad\.yml:\d+:\d+: .*server_relase.*server_release/);
    assert.equal(stateOfHost(), before);
  });

  describe('on a host that is not as it should be', () => {
    let undo = '';
    afterEach(() => {
      onHost(undo);
    });

    it('refuses a 0.17 installation', () => {
      undo = 'rm -rf /opt/seventeen';
      onHost(`mkdir -p /opt/seventeen/{logs,config,data/elastic_7/nodes/0,data/mongo/db,data/mongo/configdb,data/redis} && cat > /opt/seventeen/docker-compose.yml <<'YAML'
version: "3.6"
services:
  apiserver:
    command: [apiserver]
    container_name: clearml-apiserver
    image: allegroai/clearml:0.17.0-63
    volumes: ["/opt/seventeen/logs:/var/log/trains", "/opt/seventeen/config:/opt/trains/config"]
  elasticsearch:
    container_name: clearml-elastic
    image: docker.elastic.co/elasticsearch/elasticsearch:7.6.2
    volumes: ["/opt/seventeen/data/elastic_7:/usr/share/elasticsearch/data"]
  mongo:
    container_name: clearml-mongo
    image: mongo:3.6.5
    volumes: ["/opt/seventeen/data/mongo/db:/data/db", "/opt/seventeen/data/mongo/configdb:/data/configdb"]
  redis:
    container_name: clearml-redis
    image: redis:5.0
    volumes: ["/opt/seventeen/data/redis:/data"]
YAML`);
      const prepared = stateOfHost();
      const { status, stdout } = switchyard('run', playbook, '-i', inventory, '-e', 'trains_dir=/opt/seventeen');
      assert.equal(status, 4, stdout);
      assert.match(stdout, /0\.17\.0 is installed; this playbook upgrades/);
      onHost('rm -rf /opt/seventeen/.switchyard');
      assert.equal(stateOfHost(), prepared);
    });

    it('refuses a target directory with foreign data, and names it', () => {
      undo = 'rm -rf /opt/trains/data/elastic_7';
      onHost('mkdir -p /opt/trains/data/elastic_7/nodes/0 && touch /opt/trains/data/elastic_7/nodes/0/somebody');
      const prepared = stateOfHost();
      const { status, stdout } = switchyard('run', playbook, '-i', inventory);
      assert.equal(status, 4, stdout);
      assert.match(stdout, /\/opt\/trains\/data\/elastic_7 already holds data/);
      assert.match(stdout, /next: /);
      assert.equal(stateOfHost(), prepared);
    });
  });
});
