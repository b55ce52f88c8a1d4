// Many hosts: batches, stop rules, barriers, interrupts, locks. Real connections to this machine, a module that does what the test says.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import { ConnectionError, TaskError } from '../../src/base/errors.ts';
import { Secrets } from '../../src/base/secret.ts';
import { connect } from '../../src/connections/connect.ts';
import type { Module } from '../../src/modules/module.ts';
import { EMPTY_INVENTORY } from '../../src/playbook/inventory.ts';
import { resolvePlan } from '../../src/playbook/plan.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { walk } from '../../src/run/walk.ts';
import { localAddress, localContext } from '../support/local.ts';
import { loadText } from '../support/playbooks.ts';

const STAGES = `
  - { name: one, steps: [{ name: x, command: { argv: [x] } }] }
  - { name: two, barrier: BARRIER, steps: [{ name: y, command: { argv: [y] } }] }
`;

interface Given {
  readonly head?: string;
  readonly barrier?: boolean;
  readonly act?: (host: string, step: string) => Promise<void>;
  readonly refuse?: (host: string) => boolean;
  readonly unreachable?: (host: string) => boolean;
  readonly check?: boolean;
  readonly forks?: number;
  readonly interrupt?: { signal: AbortSignal; name: () => string | undefined; listen: () => void };
}

describe('a walk', () => {
  let directory: string;
  let done: string[];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'switchyard-walk-'));
    for (const host of 'abcd') mkdirSync(join(directory, host));
    done = [];
  });

  async function go(given: Given = {}) {
    const hosts = [...'abcd'].map((host) => `  ${host}: {}`).join('\n');
    const text = `apiVersion: switchyard/v1\nname: n\nhosts:\n${hosts}\nproject_dir: "${directory}/{{ inventory_hostname }}"\n${given.head ?? ''}stages:${STAGES.replace('BARRIER', String(given.barrier ?? false))}`;
    const { playbook, problems } = loadText(text);
    assert.deepEqual(problems, []);
    const module: Module = {
      kind: 'state',
      check: async (_args, { host }) => {
        if (given.refuse?.(host)) throw new TaskError(`${host}: no`);
        return { status: 'changes', change: { summary: 's', detail: 0 } };
      },
      apply: async (args, _change, { host }) => {
        const [step = ''] = args.argv as string[];
        await given.act?.(host, step);
        done.push(`${host}${step}`);
        return {};
      },
    };
    const events: RunEvent[] = [];
    const end = await walk({
      plan: resolvePlan(playbook!, EMPTY_INVENTORY, { limit: undefined, tags: [], skipTags: [], extraVars: {} }),
      file: 'p.yml',
      run: { id: 'r-1', stamp: '20260101_000000', check: given.check ?? false },
      holder: { run: 'r-1', who: 'me@here', since: 'now' },
      modules: new Map([['command', { module, schema: { title: 'command', outputs: {} } }]]),
      checkArguments: (_module, args) => args as Record<string, unknown>,
      secrets: new Secrets(),
      connect: async ({ name }) => {
        if (given.unreachable?.(name)) throw new ConnectionError(name, 'refused', `${name}: refused`);
        return connect(localAddress(name), localContext);
      },
      listeners: [(event) => events.push(event)],
      approve: undefined,
      forks: given.forks ?? 10,
      interrupt: given.interrupt ?? { signal: new AbortController().signal, name: () => undefined, listen: () => {} },
      now: Date.now,
      wait: async () => {},
    });
    return { ...end, events, statuses: end.hosts.map(({ host, status }) => `${host} ${status}`) };
  }

  it('brings each host through all stages, leaves receipts and no lock', async () => {
    const { exit, statuses } = await go();
    assert.deepEqual([exit, statuses], [0, ['a ok', 'b ok', 'c ok', 'd ok']]);
    assert.deepEqual([...done].sort(), ['ax', 'ay', 'bx', 'by', 'cx', 'cy', 'dx', 'dy']);
    const receipt = readFileSync(join(directory, 'a/.switchyard/runs/r-1/receipt.jsonl'), 'utf8').trim().split('\n');
    assert.deepEqual(
      receipt.map((line) => JSON.parse(line).event.kind as string),
      ['task_applying', 'task_ended', 'task_applying', 'task_ended'],
    );
    assert.deepEqual(readdirSync(join(directory, 'a/.switchyard')), ['runs']);
  });

  it('lets a batch go through all stages before the next one begins', async () => {
    await go({ head: 'serial: [1, "100%"]\n' });
    assert.deepEqual([done.slice(0, 2), done.length], [['ax', 'ay'], 8]);
  });

  it('never touches the next batch when the canary fails', async () => {
    const { exit, statuses } = await go({
      head: 'serial: [1, "100%"]\n',
      act: async (host) => {
        if (host === 'a') throw new TaskError('broken');
      },
    });
    assert.deepEqual([exit, statuses, done], [5, ['a failed', 'b not_run', 'c not_run', 'd not_run'], []]);
    assert.equal(existsSync(join(directory, 'b/.switchyard')), false);
  });

  it('counts a host that cannot be reached as one that did not come through', async () => {
    const { exit, statuses } = await go({ head: 'serial: 1\n', unreachable: (host) => host === 'b' });
    assert.deepEqual([exit, statuses], [6, ['a ok', 'b unreachable', 'c not_run', 'd not_run']]);
  });

  it('goes on within max_fail_percentage, and not with any_errors_fatal', async () => {
    const refuse = (host: string) => host === 'a';
    assert.deepEqual((await go({ head: 'serial: 2\nmax_fail_percentage: 50\n', refuse })).statuses, ['a refused', 'b ok', 'c ok', 'd ok']);
    assert.deepEqual((await go({ head: 'serial: 2\nmax_fail_percentage: 50\nany_errors_fatal: true\n', refuse })).statuses, [
      'a refused',
      'b ok',
      'c not_run',
      'd not_run',
    ]);
  });

  it('waits for everyone: a host that fails stops none of its batch', async () => {
    const { statuses } = await go({
      act: async (host) => {
        if (host === 'a') throw new TaskError('broken');
      },
    });
    assert.deepEqual(statuses, ['a failed', 'b ok', 'c ok', 'd ok']);
  });

  it('lets hosts wait for each other at a barrier, with fewer forks than hosts, and not for one that has failed', async () => {
    const { statuses } = await go({
      barrier: true,
      forks: 2,
      act: async (host, step) => {
        if (host === 'd' && step === 'x') throw new TaskError('broken');
      },
    });
    assert.deepEqual(statuses, ['a ok', 'b ok', 'c ok', 'd failed']);
    assert.deepEqual(
      done.slice(0, 3).map((name) => name[1]),
      ['x', 'x', 'x'],
    );
  });

  it('begins nothing after an interrupt, lets what runs end, and unlocks', async () => {
    let signal: string | undefined;
    const interrupt = { signal: new AbortController().signal, name: () => signal, listen: () => {} };
    const { exit, statuses } = await go({
      head: 'serial: 1\n',
      interrupt,
      act: async () => {
        signal = 'SIGINT';
      },
    });
    assert.deepEqual([exit, statuses, done], [130, ['a interrupted', 'b not_run', 'c not_run', 'd not_run'], ['ax']]);
    assert.deepEqual(readdirSync(join(directory, 'a/.switchyard')), ['runs']);
  });

  it('in a plan writes nothing on any host, not even a lock', async () => {
    const { exit, statuses } = await go({ check: true });
    assert.deepEqual([exit, statuses, done], [0, ['a ok', 'b ok', 'c ok', 'd ok'], []]);
    for (const host of 'abcd') assert.deepEqual(readdirSync(join(directory, host)), []);
  });

  it('gives a fault of the runner itself as that, with every host ended and unlocked', async () => {
    const bug = new RangeError('oops');
    const end = await go({
      act: async (host) => {
        if (host === 'a') throw bug;
      },
    });
    assert.deepEqual([end.exit, end.bug, end.statuses], [1, bug, ['a failed', 'b ok', 'c ok', 'd ok']]);
    assert.deepEqual(readdirSync(join(directory, 'a/.switchyard')), ['runs']);
  });
});
