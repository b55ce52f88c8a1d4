// The one true run: a Trains Server 0.15.1 host becomes a 0.16.1 host with the same documents, over SSH, by the shipped playbook.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type { HostResult } from '../../src/run/events.ts';
import { countsOnHost, eventsOf, inventory, onHost, playbook, resultsOf, stateOfHost, switchyard } from './switchyard.ts';

const api = (call: string, body: object): unknown =>
  (
    JSON.parse(
      onHost(`curl -fsS -XPOST -H 'content-type: application/json' -d '${JSON.stringify(body)}' http://127.0.0.1:8008/${call}`),
    ) as { data: unknown }
  ).data;
const CALLS = ['events.get_task_log', 'events.scalar_metrics_iter_histogram', 'events.get_task_plots'];

describe('the upgrade of one host from 0.15.1 to 0.16.1', () => {
  let counts: Record<string, number>;
  let answers: unknown[];
  let task: string;
  let run: ReturnType<typeof switchyard>;

  before(() => {
    counts = countsOnHost();
    task = onHost(`curl -fsS 'http://127.0.0.1:9200/events-plot-*/_search?size=1' | sed 's/.*"task":"\\([^"]*\\)".*/\\1/'`).trim();
    answers = CALLS.map((call) => api(call, { task }));
  });

  it('begins with a host that status calls untouched', () => {
    const { status, stdout } = switchyard('status', '-i', inventory, '-l', 'lab-1');
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^lab-1 {2}untouched {2}\/opt\/trains$/m);
  });

  it('is announced by a plan that changes nothing', () => {
    const untouched = stateOfHost();
    const plan = switchyard('plan', playbook, '-i', inventory, '-l', 'lab-1', '--output', 'json');
    assert.equal(plan.status, 0, plan.stdout + plan.stderr);
    assert.equal(stateOfHost(), untouched);
    const statuses = new Map(resultsOf(plan).map(({ stage, step, status }) => [`${stage}/${step}`, status]));
    assert.equal(statuses.get('migrate/Elasticsearch 5.6 to 7.6'), 'changed');
    assert.equal(statuses.get('verify/Elasticsearch 7 holds the same documents'), 'at_run_time');
  });

  it('goes through, and says so', () => {
    run = switchyard('run', playbook, '-i', inventory, '-l', 'lab-1', '--output', 'json', '-e', `sample_task=${task}`);
    assert.equal(run.status, 0, run.stdout.slice(-4000) + run.stderr);
    const end = eventsOf(run).find((event) => event.kind === 'run_ended');
    assert.deepEqual(
      end?.hosts.map(({ host, status }: HostResult) => [host, status]),
      [['lab-1', 'ok']],
    );
  });

  it('leaves the same documents in every index, in a real Elasticsearch 7.6.2', () => {
    assert.match(onHost('curl -fsS http://127.0.0.1:9200/'), /"number" : "7\.6\.2"/);
    assert.ok(Object.keys(counts).length >= 8, `${Object.keys(counts).length} indices were there before`);
    const now = countsOnHost();
    assert.deepEqual(Object.fromEntries(Object.keys(counts).map((index) => [index, now[index]])), counts);
  });

  it('leaves a 0.16.1 server that answers for a task as the old one did', () => {
    assert.match(onHost('curl -fsS http://127.0.0.1:8008/server.info'), /"version": ?"0\.16\.1"/);
    assert.deepEqual(api('auth.fixed_users_mode', {}), { enabled: false, server_errors: {} });
    assert.deepEqual(
      CALLS.map((call) => api(call, { task })),
      answers,
    );
  });

  it('renames the old data directory, and ends the log with the two lines that operators look for', () => {
    const renamed = onHost('ls /opt/trains/data')
      .split('\n')
      .filter((name) => name.startsWith('elastic'));
    assert.equal(renamed.length, 2, renamed.join(' '));
    assert.equal(renamed[0], 'elastic_7');
    const log = onHost('tail -n 2 /opt/trains/upgrade_to_7_*.log');
    assert.equal(log, `Renaming the source directory /opt/trains/data/elastic to /opt/trains/data/${renamed[1]}.\nUpgrade completed.\n`);
  });

  it('never touched the original: it is byte for byte what was backed up before the migration', () => {
    onHost('rm -rf /opt/compare && mkdir /opt/compare && tar -xzf /opt/trains/backups/*/elastic.tgz -C /opt/compare');
    assert.equal(onHost('diff -r /opt/compare/opt/trains/data/elastic /opt/trains/data/elastic_migrated_* && rm -rf /opt/compare'), '');
  });

  it('keeps cold copies of Mongo, Redis and the configuration, and the old images under a tag of the run', () => {
    const kept = onHost('ls /opt/trains/backups/*')
      .split('\n')
      .filter((name) => name.endsWith('.tgz'));
    assert.deepEqual(kept, ['compose.tgz', 'config.tgz', 'elastic.tgz', 'mongo.tgz', 'redis.tgz']);
    const { run: id } = eventsOf(run).find((event) => event.kind === 'run_started')!;
    assert.match(onHost('docker images --format "{{.Repository}}:{{.Tag}}"'), new RegExp(`^allegroai/trains:.*switchyard-${id}$`, 'm'));
  });

  it('carries the environment of the old containers over where the new compose file leaves it open', () => {
    const environment = (name: string) => onHost(`docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' ${name}`);
    assert.match(environment('trains-agent-services'), /^TRAINS_AGENT_GIT_USER=.+$/m);
  });

  it('leaves no lock, no container and no network of its own', () => {
    assert.equal(onHost('ls /opt/trains/.switchyard/lock 2>/dev/null || echo none'), 'none\n');
    assert.doesNotMatch(onHost('docker ps -a --format "{{.Names}}"; docker network ls --format "{{.Name}}"'), /switchyard/);
    assert.doesNotMatch(onHost('ls -a /opt/trains/data'), /clone/);
  });

  it('changes nothing the second time: the host ends early', () => {
    const untouched = stateOfHost();
    const again = switchyard('run', playbook, '-i', inventory, '-l', 'lab-1', '--output', 'json');
    assert.equal(again.status, 0, again.stdout + again.stderr);
    assert.equal(resultsOf(again).filter(({ status }) => status === 'changed').length, 0);
    const end = eventsOf(again).find((event) => event.kind === 'run_ended');
    assert.deepEqual(
      end?.hosts.map(({ status, message }: HostResult) => [status, message]),
      [['ended', 'already at 0.16.1']],
    );
    assert.equal(stateOfHost(), untouched);
  });

  it('is told by status, before and after the new server has taken writes', () => {
    const state = () => /^lab-1 {2}(.+) {2}\/opt\/trains$/m.exec(switchyard('status', '-i', inventory, '-l', 'lab-1').stdout)?.[1];
    assert.equal(state(), 'new server up');
    onHost(`curl -fsS -XPOST -H 'content-type: application/json' -d '{"type":"log","task":"new"}' \
      "http://127.0.0.1:9200/$(curl -fsS 'http://127.0.0.1:9200/_cat/indices/events-log-*?h=index' | head -1)/_doc?refresh=true"`);
    assert.equal(state(), 'new server has taken writes');
  });
});
