// Every state that an upgrade can be in, on a real host: what status says there, that neither server comes back by itself in the middle, and
// that the commands it tells lead back to the old server with all it held.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { before, describe, it } from 'mocha';
import type { RunEvent } from '../../src/run/events.ts';
import { lab } from './lab.ts';
import { countsOnHost, inventory, onHost, playbook, READY, root, stateHome, stateOfHost, switchyard } from './switchyard.ts';

const HOST = ['-i', inventory, '-l', 'lab-1'];
const directory = mkdtempSync(join(tmpdir(), 'switchyard-standing-'));

/** The shipped playbook up to and with a stage. */
function upTo(stage: string): string {
  const stages = readFileSync(join(root, playbook), 'utf8').split(/^(?= {2}- name: )/m);
  const last = stages.findIndex((text) => text.startsWith(`  - name: ${stage}\n`));
  const path = join(directory, `${stage}.yml`);
  writeFileSync(path, stages.slice(0, last + 1).join(''));
  return path;
}

interface Told {
  readonly state: string;
  readonly runs: string;
  readonly old: { readonly usable: string };
  readonly new: { readonly usable: string };
  readonly fencing: string | null;
  readonly warnings: readonly string[];
  readonly means: string;
  readonly next: { readonly says: string; readonly commands: readonly { readonly on: string; readonly command: string }[] };
}

function status(...args: string[]): Told {
  const { stdout, stderr } = switchyard('status', ...HOST, '--output', 'json', ...args);
  assert.ok(stdout.startsWith('{'), stdout + stderr);
  return (JSON.parse(stdout) as { hosts: Told[] }).hosts[0]!;
}

/** As its reader would: one command after the other on the host, each only after the one before has gone well. */
function typeOnHost({ next }: Told): void {
  const commands = next.commands.filter(({ on }) => on === 'host').map(({ command }) => command);
  assert.ok(commands.length > 0, next.says);
  onHost(`${commands.join(' && \\\n')} 2> /dev/null`);
}

/** What a reboot is to Docker: it ends, and what is to come back by itself does. */
const restartDocker = () =>
  onHost(`old=$(cat /run/docker.pid); kill $old; while kill -0 $old 2> /dev/null; do sleep 0.2; done
for i in $(seq 150); do docker info > /dev/null 2>&1 && exit 0; sleep 0.2; done; exit 1`);

describe('where an upgrade stands', () => {
  let counts: Record<string, number>;

  before(() => {
    lab('up', '--fresh', '--hosts', '1', '--documents', '20000');
    counts = countsOnHost();
  });

  const run = (file: string) => {
    const { status: exit, stdout, stderr } = switchyard('run', file, ...HOST, '--output', 'lines', '--no-input', '-e', 'sample_task=');
    assert.equal(exit, 0, stdout.slice(-3000) + stderr);
  };
  const isOldServer = () => {
    onHost(READY);
    assert.match(onHost('curl -fsS http://127.0.0.1:8008/server.info'), /"version": ?"0\.15\.1"/);
    assert.deepEqual(countsOnHost(), counts);
    const told = status();
    assert.deepEqual([told.state, told.runs, told.old.usable], ['untouched', 'the old server', 'yes']);
  };
  /** Nothing runs, nothing comes back with Docker, and there is nothing that compose could start. */
  const isFenced = (told: Told) => {
    assert.equal(told.fencing, 'neither server comes back by itself: the compose file is parked, and no container would be restarted');
    assert.deepEqual(
      [told.runs, told.old.usable, told.warnings.filter((text) => /come back|may start/.test(text))],
      ['nothing', 'yes', []],
    );
    restartDocker();
    assert.equal(onHost('docker ps -q'), '');
    assert.match(onHost('cd /opt/trains && docker-compose up -d 2>&1 || true'), /No such service|Can't find|services/i);
    assert.equal(onHost('docker ps -q'), '');
    const untouched = stateOfHost();
    const { status: exit, stdout } = switchyard('run', playbook, ...HOST, '--output', 'lines', '--no-input');
    assert.equal(exit, 4, stdout);
    assert.match(stdout, /the server at \/opt\/trains is parked: .*\n {2}state: .*\n {2}next: on lab-1: .* up -d; then run this again/);
    assert.equal(stateOfHost(), untouched);
  };

  it('untouched: the old server comes back with Docker, as it is to', () => {
    isOldServer();
    restartDocker();
    isOldServer();
  });

  it('stopped: fenced, and told the way back to the old server, with the restart policies it had', () => {
    const policies = () => onHost(`docker inspect -f '{{.Name}} {{.HostConfig.RestartPolicy.Name}}' $(docker ps -aq) | sort`);
    const before = policies();
    run(upTo('shut down'));
    const told = status();
    assert.equal(told.state, 'stopped');
    isFenced(told);
    typeOnHost(told);
    isOldServer();
    assert.equal(policies(), before);
  });

  it('no server, where none is; and the look changes nothing', () => {
    run(upTo('shut down'));
    const untouched = stateOfHost();
    assert.equal(status('--project-dir', '/opt/nowhere').state, 'none');
    assert.equal(status().state, 'stopped');
    assert.equal(stateOfHost(), untouched);
    typeOnHost(status());
    isOldServer();
  });

  it('could not look, where Docker does not answer', () => {
    onHost('mv /run/docker.sock /run/docker.sock.aside');
    try {
      const told = status();
      assert.deepEqual([told.state, told.runs, told.old.usable], ['unknown', 'not known', 'unknown']);
      assert.match(told.means, /Cannot connect to the Docker daemon/);
    } finally {
      onHost('mv /run/docker.sock.aside /run/docker.sock');
    }
  });

  it('unreachable, with exit code 6', () => {
    const closed = join(directory, 'closed.yml');
    writeFileSync(closed, readFileSync(inventory, 'utf8').replace(/ansible_port: \d+/, 'ansible_port: 9'));
    const { status: exit, stdout } = switchyard('status', '-i', closed, '-l', 'lab-1');
    assert.equal(exit, 6, stdout);
    assert.match(stdout, /^lab-1 {2}unreachable/m);
  });

  it('filling: the runner was killed in the middle of the copy; its servers are told, and removed on the way back', async () => {
    const id = await killedWhileCopying(upTo('migrate'));
    const held = status();
    assert.equal(held.state, 'filling');
    assert.match(held.next.says, new RegExp(`^run ${id} is at work here: wait for it`));
    assert.equal(switchyard('unlock', 'lab-1', id, '-i', inventory, '--project-dir', '/opt/trains').status, 0);
    const told = status();
    assert.deepEqual([told.state, told.old.usable, told.new.usable], ['filling', 'yes', 'no']);
    assert.match(told.warnings.join('\n'), /^(?:switchyard-\S+-es[57](?:, )?){2} run: the private servers of a migration$/m);
    assert.match(told.next.commands[0]!.command, /^docker rm -f -v switchyard-/);
    isFenced(told); // with Docker they end, and have no policy by which they would come back
    typeOnHost(told);
    isOldServer();
    assert.equal(onHost(`docker ps -aq --filter label=switchyard.migration`), '');
  });

  it('copied, proven: the rename is all that is missing', () => {
    run(upTo('migrate'));
    // just before the rename: the record is the last thing that is written
    onHost(
      `cd /opt/trains/data && mv elastic_migrated_* elastic && sed -i 's/"state": *"complete"/"state":"proven"/' .switchyard-elastic_7.json`,
    );
    const told = status();
    assert.deepEqual([told.state, told.new.usable], ['proven', 'no']);
    isFenced(told);
    typeOnHost(told);
    isOldServer();
  });

  it('renamed: the data get their name back before the old server is started', () => {
    run(upTo('migrate'));
    const told = status();
    assert.deepEqual([told.state, told.new.usable], ['renamed', 'no']);
    isFenced(told);
    typeOnHost(told);
    isOldServer();
  });

  it('new server up, down, and up again by what is told; then has taken writes', () => {
    run(playbook);
    const up = status();
    assert.deepEqual([up.state, up.runs, up.old.usable, up.next.commands], ['up', 'the new server', 'no', []]);
    onHost('cd /opt/trains && docker-compose down 2> /dev/null');
    const down = status();
    assert.deepEqual([down.state, down.runs, down.new.usable], ['down', 'nothing', 'yes']);
    typeOnHost(down);
    onHost(READY);
    assert.equal(status().state, 'up');
    onHost(`curl -fsS -XPOST -H 'content-type: application/json' -d '{"type":"log","task":"new"}' \
      "http://127.0.0.1:9200/$(curl -fsS 'http://127.0.0.1:9200/_cat/indices/events-log-*?h=index' | head -1)/_doc?refresh=true"`);
    const written = status();
    assert.equal(written.state, 'written');
    assert.match(written.means, /events-log-\S+: 1 documents more/);
  });
});

/** Kills the runner as soon as it tells of documents that are copied; resolves with the run's id. */
async function killedWhileCopying(file: string): Promise<string> {
  const args = ['dist/cli.js', 'run', file, ...HOST, '--output', 'json', '--no-input', '-e', 'sample_task='];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, XDG_STATE_HOME: stateHome },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  let id = '';
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    const event = JSON.parse(line) as RunEvent;
    if (event.kind === 'run_started') id = event.run;
    if (event.kind === 'task_progress' && event.stage === 'migrate' && (event.progress.done ?? 0) > 0) child.kill('SIGKILL');
  }
  assert.equal(await ended, 'SIGKILL', lines.slice(-20).join('\n'));
  return id;
}
