// A run that a saved plan holds: hosts are looked at again, and compared with what the plan saw, before the first of a batch is changed.
// Real connections to this machine; a host's state are its files.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import { ConnectionError } from '../../src/base/errors.ts';
import { Secrets } from '../../src/base/secret.ts';
import { connect } from '../../src/connections/connect.ts';
import type { Module } from '../../src/modules/module.ts';
import { EMPTY_INVENTORY } from '../../src/playbook/inventory.ts';
import { resolvePlan } from '../../src/playbook/plan.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { type Observed, stateOf } from '../../src/run/observed.ts';
import { type WalkEnd, type WalkOptions, walk } from '../../src/run/walk.ts';
import { localAddress, localContext } from '../support/local.ts';
import { loadText } from '../support/playbooks.ts';
import { ScriptedConnection } from '../support/scripted_connection.ts';

const STAGES = `
  - { name: one, steps: [{ name: x, command: { argv: [x] } }] }
  - { name: two, steps: [{ name: y, command: { argv: [y] } }] }
`;

interface Given {
  readonly check?: boolean;
  readonly serial?: string;
  readonly forks?: number;
  readonly expected?: ReadonlyMap<string, Observed>;
  readonly unreachable?: string;
  readonly lost?: string;
  readonly hosts?: readonly string[];
  readonly connect?: WalkOptions['connect'];
  readonly interrupt?: WalkOptions['interrupt'];
}

describe('a run that a saved plan holds', () => {
  let directory: string;
  let done: string[];
  let events: RunEvent[];
  let lost: string | undefined;
  const place = (host: string, name: string) => join(directory, host, name);
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'switchyard-held-'));
    for (const host of 'abc') {
      mkdirSync(join(directory, host));
      for (const step of 'xy') writeFileSync(place(host, step), 'old');
    }
    done = [];
    events = [];
  });

  /** Writes a file over what stands in it. */
  const module: Module = {
    kind: 'state',
    concerns: ({ argv }) => ({ writes: [`/${argv}`], reads: [] }),
    check: async ({ argv }, { host, connection }) => {
      const [step = ''] = argv as string[];
      done.push(`look ${host}${step}`);
      if (lost === host && step === 'y') throw new ConnectionError(host, 'lost', `${host}: lost`);
      const text = String(await connection.readFile(place(host, step)));
      if (text === 'new') return { status: 'ok', outputs: { rc: 0 }, summary: 'is new' };
      return { status: 'changes', change: { summary: `write ${step}`, before: text, after: 'new', detail: step } };
    },
    apply: async (_args, { detail }, { host, connection }) => {
      done.push(`change ${host}${detail}`);
      await connection.writeFile(place(host, String(detail)), 'new');
      return {};
    },
  };

  async function go(given: Given = {}): Promise<WalkEnd & { readonly statuses: readonly string[] }> {
    const { hosts = ['a', 'b', 'c'] } = given;
    const head = `apiVersion: switchyard/v1\nname: n\nhosts: { ${hosts.map((host) => `${host}: {}`).join(', ')} }\nserial: ${given.serial ?? '"100%"'}\n`;
    const { playbook, problems } = loadText(`${head}project_dir: "${directory}/{{ inventory_hostname }}"\nstages:${STAGES}`);
    assert.deepEqual(problems, []);
    done = [];
    events = [];
    lost = given.lost;
    const id = given.check ? 'r-plan' : 'r-run';
    const end = await walk({
      plan: resolvePlan(playbook!, EMPTY_INVENTORY, { limit: undefined, tags: [], skipTags: [], extraVars: {} }),
      file: 'p.yml',
      run: { id, stamp: '20260101_000000', check: given.check ?? false },
      holder: { run: id, who: 'me@here', since: 'now' },
      held: given.expected && { plan: 'r-plan', expected: given.expected, again: 'switchyard plan p.yml -o plan.json' },
      modules: new Map([['command', { module, schema: { title: 'command', outputs: {} } }]]),
      checkArguments: (_module, args) => args as Record<string, unknown>,
      secrets: new Secrets(),
      connect: async (planned, signal) => {
        const { name } = planned;
        if (given.connect) return given.connect(planned, signal);
        if (given.unreachable === name) throw new ConnectionError(name, 'refused', `${name}: refused`);
        return connect(localAddress(name), localContext);
      },
      listeners: [(event) => events.push(event)],
      approve: undefined,
      forks: given.forks ?? 10,
      interrupt: given.interrupt ?? { signal: new AbortController().signal, name: () => undefined, listen: () => {} },
      now: Date.now,
      wait: async () => {},
    });
    assert.equal(end.bug, undefined);
    return { ...end, statuses: end.hosts.map(({ host, status }) => `${host} ${status}`) };
  }

  const plan = async (given: Given = {}) => (await go({ ...given, check: true })).observed;
  const changes = () => done.filter((what) => what.startsWith('change'));

  it('does what was planned where every host is as it was', async () => {
    const expected = await plan();
    const { exit, statuses } = await go({ expected });
    assert.deepEqual([exit, statuses, changes().length], [0, ['a ok', 'b ok', 'c ok'], 6]);
  });

  it('looks at each host once more, with one check walk, before the first change on any host of the batch', async () => {
    const expected = await plan({ serial: '[2, "100%"]' });
    await go({ expected, serial: '[2, "100%"]', forks: 1 });
    const first = done.findIndex((what) => what.startsWith('change'));
    assert.deepEqual(done.slice(0, first + 1), ['look ax', 'look ay', 'look bx', 'look by', 'look ax', 'change ax']);
    assert.deepEqual(
      done.filter((what) => what.includes(' c')),
      ['look cx', 'look cy', 'look cx', 'change cx', 'look cy', 'change cy'],
    );
  });

  it('changes no host of a batch in which one is another than the plan saw; it says what was and what is', async () => {
    const expected = await plan();
    writeFileSync(place('b', 'y'), 'other');
    const { exit, hosts, statuses } = await go({ expected });
    assert.deepEqual([exit, statuses, changes()], [4, ['a not_run', 'b refused', 'c not_run'], []]);
    assert.deepEqual(hosts[1]!.failure, {
      message: 'b: is not as the plan saw it',
      differences: ['two/y: before: then "old", now "other"'],
      state: 'nothing was changed on b',
      next: 'make a new plan: switchyard plan p.yml -o plan.json',
    });
    assert.equal(hosts[0]!.message, 'nothing was changed: b cannot be held to the plan');
    for (const host of 'abc') assert.deepEqual(readdirSync(join(directory, host, '.switchyard')), [], 'no lock, no receipt');
  });

  it('says of a task that it would come out otherwise', async () => {
    const expected = await plan();
    writeFileSync(place('a', 'x'), 'new');
    const { hosts } = await go({ expected });
    assert.deepEqual(hosts[0]!.failure?.differences, ['one/x: then would change (write x), now ok (is new)']);
  });

  it('holds to the facts, too', async () => {
    const other = ({ facts, tasks }: Observed) => ({ facts: { ...facts, cpus: 512 }, tasks });
    const expected = new Map([...(await plan())].map(([host, seen]) => [host, { ...other(seen), state: stateOf(other(seen)) }]));
    const { exit, hosts } = await go({ expected });
    assert.match(hosts[0]!.failure!.differences![0]!, /^facts\.cpus: then 512, now \d+$/);
    assert.equal(exit, 4);
  });

  it('names each fact that is another one, and none that changes by itself', async () => {
    const facts = (kernel: string, docker: string, free: number) =>
      [
        `kernel\t${kernel}`,
        `docker\t${docker}|/var/lib/docker|`,
        'uid\t0',
        `epoch\t${free}`,
        'cpus\t1',
        'memory_total\t9',
        `memory_available\t${free}`,
        'vm_max_map_count\t1',
        '',
      ].join('\n');
    const scripted = (kernel: string, docker: string, free: number) => async () =>
      new ScriptedConnection(
        [
          [/say hostname/, facts(kernel, docker, free)],
          [/^sh -c/, ''],
        ],
        { files: { [place('a', 'x')]: 'new', [place('a', 'y')]: 'new' } },
      );
    const { observed: expected } = await go({ check: true, hosts: ['a'], connect: scripted('6.1', '20.10', 7) });
    const same = await go({ expected, hosts: ['a'], connect: scripted('6.1', '20.10', 3) });
    assert.deepEqual([same.exit, same.statuses], [0, ['a ok']]);
    const { exit, hosts } = await go({ expected, hosts: ['a'], connect: scripted('6.2', '28.3', 3) });
    assert.deepEqual(
      [exit, hosts[0]!.failure?.differences],
      [4, ['facts.os.kernel: then "6.1", now "6.2"', 'facts.docker.version: then "20.10", now "28.3"']],
    );
  });

  it('begins no later batch once a host was another one, and has failed where an earlier batch was changed', async () => {
    const expected = await plan({ serial: '1' });
    writeFileSync(place('b', 'y'), 'other');
    const { exit, hosts, statuses } = await go({ expected, serial: '1' });
    assert.deepEqual([exit, statuses, changes()], [5, ['a ok', 'b refused', 'c not_run'], ['change ax', 'change ay']]);
    assert.equal(hosts[2]!.message, 'not as the plan saw them: b');
  });

  it('changes nothing where a host of the batch cannot be looked at; exit 6', async () => {
    const expected = await plan();
    const { exit, statuses } = await go({ expected, unreachable: 'c' });
    assert.deepEqual([exit, statuses, changes()], [6, ['a not_run', 'b not_run', 'c unreachable'], []]);
  });

  it('changes nothing where the link to a host of the batch is lost while it is looked at; exit 6', async () => {
    const expected = await plan();
    const { exit, hosts, statuses } = await go({ expected, lost: 'c' });
    assert.deepEqual([exit, statuses, changes()], [6, ['a not_run', 'b not_run', 'c unreachable'], []]);
    assert.deepEqual(Object.values(hosts[2]!.counts), [0, 0, 0, 0, 0, 0, 0, 0], 'tasks that nobody was told of are not counted');
  });

  it('changes nothing after an interrupt while hosts are compared', async () => {
    const expected = await plan();
    const interrupt = { signal: new AbortController().signal, name: () => (done.length > 0 ? 'SIGINT' : undefined), listen: () => {} };
    const { exit, statuses } = await go({ expected, interrupt, forks: 1 });
    assert.deepEqual([exit, statuses, changes()], [130, ['a interrupted', 'b interrupted', 'c interrupted'], []]);
  });

  it('in check mode shows every task, takes no lock, and refuses what is not as it was', async () => {
    const expected = await plan();
    writeFileSync(place('b', 'y'), 'other');
    const { exit, statuses } = await go({ expected, check: true });
    assert.deepEqual([exit, statuses], [4, ['a ok', 'b refused', 'c ok']]);
    assert.equal(events.filter(({ kind }) => kind === 'task_ended').length, 6);
    for (const host of 'abc') assert.deepEqual(readdirSync(join(directory, host)).sort(), ['x', 'y']);
  });

  it('tells the reporters of the comparison, and of the tasks only as they are run', async () => {
    const expected = await plan({ serial: '1' });
    writeFileSync(place('b', 'y'), 'other');
    await go({ expected, serial: '1' });
    const told = events.filter(({ kind }) => ['compare_started', 'compare_ended', 'task_ended', 'host_ended'].includes(kind));
    assert.deepEqual(
      told.map((event) => [event.kind, 'host' in event ? event.host : 'result' in event ? event.result.host : '']),
      [
        ['compare_started', 'a'],
        ['compare_ended', 'a'],
        ['task_ended', 'a'],
        ['task_ended', 'a'],
        ['host_ended', 'a'],
        ['compare_started', 'b'],
        ['compare_ended', 'b'],
        ['host_ended', 'b'],
        ['host_ended', 'c'],
      ],
    );
    assert.equal(readFileSync(place('b', 'y'), 'utf8'), 'other');
  });
});
