// The ways a server was installed, each on a host of its own: all of them come to 0.16.1 with the same documents by one playbook, in one
// run; what the playbook cannot carry out is refused with commands that, typed as they are, make it possible.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type { HostResult } from '../../src/run/events.ts';
import { countsOnHost, eventsOf, inventory, onHost, playbook, READY, resultsOf, stateOfHost, switchyard } from './switchyard.ts';

/** As test/end-to-end/lab.ts makes them. */
const HOSTS = { 'lab-2': '0.13', 'lab-3': '0.14', 'lab-4': '0.15, relocated', 'lab-5': '0.15, unified file' } as const;
const PLAIN = 'lab-6';
const AGENT = ['-e', 'trains_host_ip=192.0.2.10', '-e', 'trains_agent_git_user=git', '-e', "trains_agent_git_pass=p$a'ss #1"];

const serverInfo = (host: string) => onHost('curl -fsS http://127.0.0.1:8008/server.info', host);
const said = (run: ReturnType<typeof switchyard>) => run.stdout.slice(-4000) + run.stderr;

function assertSame(host: string, counts: Readonly<Record<string, number>>): void {
  assert.ok(Object.keys(counts).length >= 5, `${host} had ${Object.keys(counts).length} indices`);
  const now = countsOnHost(host);
  assert.deepEqual(Object.fromEntries(Object.keys(counts).map((index) => [index, now[index]])), counts, host);
  assert.match(onHost('curl -fsS http://127.0.0.1:9200/', host), /"number" : "7\.6\.2"/);
  assert.match(serverInfo(host), /"version": ?"0\.16\.1"/);
}

describe('the ways a server was installed', () => {
  const counts = new Map<string, Record<string, number>>();
  let planned: Map<string, string>;
  before(() => {
    // as the product's own page has it: the file has another name than compose looks for
    onHost(
      `cd /opt/trains && docker-compose down 2> /dev/null && mv docker-compose.yml docker-compose-unified.yml
      echo COMPOSE_FILE=docker-compose-unified.yml:docker-compose.override.yml > .env && docker-compose up -d 2> /dev/null && ${READY}`,
      'lab-5',
    );
    for (const host of [...Object.keys(HOSTS), PLAIN]) counts.set(host, countsOnHost(host));
  });

  it('have 5 shards an index up to 0.12, as one that has grown old shows', () => {
    assert.match(onHost("curl -fsS 'http://127.0.0.1:9200/_cat/indices/events-*?h=pri'", 'lab-2'), /^5$/m);
  });

  it('are planned, and nothing is changed by that', () => {
    const untouched = stateOfHost('lab-4');
    const plan = switchyard('plan', playbook, '-i', inventory, '-l', 'lab-4', '--output', 'json');
    assert.equal(plan.status, 0, said(plan));
    assert.equal(stateOfHost('lab-4'), untouched);
    const results = resultsOf(plan);
    planned = new Map(results.map(({ stage, step, status }) => [`${stage}/${step}`, status]));
  });

  it('leave little open in a plan of the playbook as it is, and the plan counts it', () => {
    // the inventory names a sample task, which adds four tasks that look at the new server
    const args = ['plan', playbook, '-i', inventory, '-l', 'lab-4', '-e', 'sample_task='];
    const results = resultsOf(switchyard(...args, '--output', 'json'));
    const open = results.filter(({ status }) => status === 'at_run_time' || status === 'cannot_tell');
    assert.ok(
      open.length > 0 && open.length <= 0.15 * results.length,
      `${open.length} of ${results.length}: ${open.map(({ step }) => step).join(', ')}`,
    );
    assert.match(switchyard(...args, '--output', 'lines').stdout, new RegExp(`${open.length} decided at run time`));
  });

  it('all come to 0.16.1', () => {
    const names = Object.keys(HOSTS);
    const run = switchyard('run', playbook, '-i', inventory, '-l', names.join(':'), '--output', 'json', '--no-input', ...AGENT);
    assert.equal(run.status, 0, said(run));
    const end = eventsOf(run).find((event) => event.kind === 'run_ended');
    assert.deepEqual(
      end?.hosts.map(({ host, status }: HostResult) => [host, status]),
      names.map((name) => [name, 'ok']),
    );
    for (const { host, stage, step, status } of resultsOf(run)) {
      const plan = planned.get(`${stage}/${step}`)!;
      if (host === 'lab-4' && plan !== 'at_run_time' && plan !== 'cannot_tell')
        assert.equal(status, plan, `${stage}/${step} was planned as ${plan}`);
    }
    assert.doesNotMatch(run.stdout + run.stderr, /p\$a'ss/);
  });

  for (const [host, what] of Object.entries(HOSTS)) {
    it(`hold the same documents afterwards: ${what}`, () => assertSame(host, counts.get(host)!));
  }

  it('keep what the new agent has to know in .env, for nobody else to read', () => {
    for (const host of ['lab-2', 'lab-3']) {
      assert.equal(onHost('stat -c %a /opt/trains/.env', host), '600\n');
      const environment = onHost("docker inspect -f '{{json .Config.Env}}' trains-agent-services", host);
      const variables = JSON.parse(environment) as string[];
      for (const line of ['TRAINS_HOST_IP=192.0.2.10', 'TRAINS_AGENT_GIT_USER=git', "TRAINS_AGENT_GIT_PASS=p$a'ss #1"]) {
        assert.ok(variables.includes(line), `${host}: ${line.split('=')[0]} is not what was given`);
      }
    }
  });

  it('stay where they were: a relocated server finds its own directories, project name and override file', () => {
    assert.equal(onHost('test -e /opt/trains || echo none', 'lab-4'), 'none\n');
    const mounts = onHost(
      "docker inspect -f '{{range .Mounts}}{{.Source}} {{end}}' trains-elastic trains-mongo trains-redis trains-fileserver",
      'lab-4',
    );
    for (const source of mounts.trim().split(/\s+/)) assert.match(source, /^\/srv\/clear\/trains\//);
    assert.match(
      onHost(`docker inspect -f '{{index .Config.Labels "com.docker.compose.project"}}' trains-elastic`, 'lab-4'),
      /^tracking$/m,
    );
    assert.match(onHost('ls /srv/clear/trains/data', 'lab-4'), /elastic_7\nelastic_migrated_/);
  });

  it('keep the name of their compose file', () => {
    assert.match(onHost('cat /opt/trains/docker-compose-unified.yml', 'lab-5'), /elasticsearch:7\.6\.2/);
    assert.match(onHost('cat /opt/trains/.env', 'lab-5'), /^COMPOSE_FILE=docker-compose-unified\.yml:docker-compose\.override\.yml$/m);
  });

  it('leave no container of the unified file behind', () => {
    assert.doesNotMatch(onHost("docker ps -a --format '{{.Names}}'", 'lab-5'), /trains-server/);
  });

  describe('by docker run', () => {
    let commands: string;

    it('is refused with the way out, and is as it was', () => {
      const untouched = stateOfHost(PLAIN);
      const run = switchyard('run', playbook, '-i', inventory, '-l', PLAIN, '--output', 'json', '--no-input', ...AGENT);
      assert.equal(run.status, 4, said(run));
      assert.equal(stateOfHost(PLAIN), untouched);
      const failure = resultsOf(run).find(({ status }) => status === 'refused')?.failure;
      assert.match(failure?.message ?? '', /docker run/);
      commands = failure!.next!;
      assert.match(commands, /docker rename trains-elastic/);
    });

    it('comes to 0.16.1 by what the refusal says', () => {
      const lines = commands.slice(`on ${PLAIN}: `.length, commands.lastIndexOf('; then run this again'));
      onHost(
        `set -e; ${lines}; for i in $(seq 600); do curl -fso /dev/null http://127.0.0.1:8008/server.info && break; sleep 0.2; done`,
        PLAIN,
      );
      assert.match(serverInfo(PLAIN), /"version": ?"0\.11\.0"/);
      const run = switchyard('run', playbook, '-i', inventory, '-l', PLAIN, '--output', 'json', '--no-input', ...AGENT);
      assert.equal(run.status, 0, said(run));
      assertSame(PLAIN, counts.get(PLAIN)!);
    });
  });
});
