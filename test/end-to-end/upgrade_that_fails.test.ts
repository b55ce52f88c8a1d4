// A migration that cannot come through: the host is left in a state that the tool names, from which the old server starts again.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { lab } from './lab.ts';
import { countsOnHost, inventory, onHost, playbook, switchyard } from './switchyard.ts';

describe('an upgrade whose migration fails', () => {
  let counts: Record<string, number>;
  let run: ReturnType<typeof switchyard>;

  before(() => {
    lab('up', '--fresh', '--hosts', '1', '--documents', '5000');
    counts = countsOnHost();
    // too small for Java to start with: the servers of the migration end at once
    run = switchyard('run', playbook, '-i', inventory, '-e', 'es_heap=1m');
  });

  it('ends with exit code 5, says why, what is true now, and what to do', () => {
    assert.equal(run.status, 5, run.stdout);
    assert.match(run.stdout, /migrate\/Elasticsearch 5\.6 to 7\.6 {2}failed/);
    assert.match(run.stdout, /state: \/opt\/trains\/data\/elastic is untouched and the old server can be started again/);
    assert.match(run.stdout, /next: /);
  });

  it('has left the data directory under its name, byte for byte as it was backed up', () => {
    onHost('rm -rf /opt/compare && mkdir /opt/compare && tar -xzf /opt/trains/backups/*/elastic.tgz -C /opt/compare');
    assert.equal(onHost('diff -r /opt/compare/opt/trains/data/elastic /opt/trains/data/elastic && rm -rf /opt/compare'), '');
  });

  it('has left nothing of its own running, no clone and no lock', () => {
    assert.equal(onHost('docker ps -aq'), '');
    assert.doesNotMatch(onHost('docker network ls --format "{{.Name}}"; ls -a /opt/trains/data'), /switchyard-(run|clone|migrat)/);
    assert.equal(onHost('ls /opt/trains/.switchyard/lock 2>/dev/null || echo none'), 'none\n');
  });

  it('is told by status to stand still: no server runs, none comes back by itself, and the old one is usable', () => {
    const { status, stdout } = switchyard('status', '-i', inventory);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^lab-1 {2}(filling|stopped) {2}\/opt\/trains$/m);
    assert.match(stdout, /runs now +nothing/);
    assert.match(stdout, /old server +usable/);
    assert.match(stdout, /comes\s+back by itself/);
    assert.match(stdout, /up -d/);
  });

  it('cannot come back by itself: there is no container and no compose file to start', () => {
    assert.match(onHost('cd /opt/trains && docker-compose up -d 2>&1 || true'), /No such service|Can't find|services/i);
    assert.equal(onHost('docker ps -aq'), '');
  });

  it('is told so when it is run again, with the command that starts the old server', () => {
    const again = switchyard('run', playbook, '-i', inventory);
    assert.equal(again.status, 4, again.stdout);
    const command = /next: on lab-1: (docker tag .* && cd .* up -d); then run this again/.exec(again.stdout)?.[1];
    assert.ok(command, again.stdout);
    onHost(`${command} 2>/dev/null`);
    onHost(
      'for i in $(seq 120); do curl -fs http://127.0.0.1:9200/_cluster/health | grep -q \'"yellow"\' && curl -fs -o /dev/null http://127.0.0.1:8008/server.info && exit 0; sleep 1; done; exit 1',
    );
    assert.deepEqual(countsOnHost(), counts);
    assert.match(onHost('curl -fsS http://127.0.0.1:8008/server.info'), /"version": ?"0\.15\.1"/);
  });

  it('comes through once the cause is gone', () => {
    const { status, stdout } = switchyard('run', playbook, '-i', inventory);
    assert.equal(status, 0, stdout);
    const now = countsOnHost();
    assert.deepEqual(Object.fromEntries(Object.keys(counts).map((index) => [index, now[index]])), counts);
  });
});
