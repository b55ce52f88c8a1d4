// A plan tells the truth about stages, too: over generated ones with everything that they may have, on two hosts, each host's part of the plan is
// held against what the run then does there. A failure that a plan could not know of excuses what it keeps a run from coming to, and nothing else.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Secrets } from '../../src/base/secret.ts';
import { EMPTY_INVENTORY } from '../../src/playbook/inventory.ts';
import { resolvePlan } from '../../src/playbook/plan.ts';
import type { Playbook } from '../../src/playbook/playbook.ts';
import { checkArguments, readModuleSchemas } from '../../src/playbook/schema.ts';
import type { HostStatus, TaskResult, TaskStatus } from '../../src/run/events.ts';
import { walk } from '../../src/run/walk.ts';
import { drawnStages, playbookOfStages } from '../support/drawn_stages.ts';
import { seed } from '../support/fuzz.ts';
import { BREAKS, contentOf, FOREIGN, memoryHost, memoryModules } from '../support/memory_host.ts';
import { loadText } from '../support/playbooks.ts';
import type { ScriptedConnection } from '../support/scripted_connection.ts';

const schemas = readModuleSchemas();
type Hosts = ReadonlyMap<string, ScriptedConnection>;

interface Watched {
  readonly result: TaskResult;
  readonly moved: boolean;
}

interface Walked {
  /** by host, in the order of its tasks */
  readonly tasks: ReadonlyMap<string, readonly Watched[]>;
  /** hosts that ended otherwise than well */
  readonly bad: readonly string[];
  readonly refused: readonly string[];
}

async function go(playbook: Playbook, hosts: Hosts, check: boolean): Promise<Walked> {
  const modules = await memoryModules(hosts);
  const tasks = new Map<string, Watched[]>([...hosts.keys()].map((host) => [host, []]));
  const before = new Map<string, string>();
  const { bug, hosts: ends } = await walk({
    plan: resolvePlan(playbook, EMPTY_INVENTORY, { limit: undefined, tags: [], skipTags: [], extraVars: {} }),
    file: 'drawn.yml',
    run: { id: 'r-1', stamp: '20260101_000000', check },
    holder: { run: 'r-1', who: 'me@here', since: 'now' },
    modules: new Map([...modules].map(([name, module]) => [name, { module, schema: schemas.get(name)! }])),
    checkArguments,
    secrets: new Secrets(),
    connect: async ({ name }) => hosts.get(name)!,
    listeners: [
      (event) => {
        if (event.kind === 'task_started') before.set(event.host, contentOf(hosts.get(event.host)!));
        if (event.kind !== 'task_ended') return;
        const { host } = event.result;
        tasks.get(host)!.push({ result: event.result, moved: contentOf(hosts.get(host)!) !== before.get(host) });
      },
    ],
    approve: undefined,
    forks: 10,
    interrupt: { signal: new AbortController().signal, name: () => undefined, listen: () => {} },
    now: () => 0,
    wait: async () => {},
  });
  assert.equal(bug, undefined);
  const named = (is: (status: HostStatus) => boolean) => ends.filter(({ status }) => is(status)).map(({ host }) => host);
  return { tasks, bad: named((status) => status !== 'ok'), refused: named((status) => status === 'refused') };
}

const UNSURE: readonly TaskStatus[] = ['at_run_time', 'cannot_tell'];
const NOT_WELL: readonly TaskStatus[] = ['failed', 'refused'];
const isSure = ({ result: { status, items = [] } }: Watched) =>
  ![status, ...items.map((item) => item.status)].some((one) => UNSURE.includes(one));
const isStopped = (task: Watched | undefined) =>
  task !== undefined && NOT_WELL.includes(task.result.status) && task.result.failure?.ignored !== true;

function isAnnounced({ result: { step, part } }: Watched, planned: readonly Watched[]): boolean {
  return (
    part !== undefined &&
    planned.some(({ result }) => result.step === step && (result.status === 'changed' || UNSURE.includes(result.status)))
  );
}

/** `breaks`: the steps that fail while they change something, which no plan can know. */
function compare(planned: readonly Watched[], run: readonly Watched[], breaks: ReadonlySet<string>): void {
  const done = new Map(run.map((task) => [task.result.step, task]));
  const said = new Map(planned.map((task) => [task.result.step, task]));
  for (const { result, moved } of run) {
    const { status } = said.get(result.step)?.result ?? {};
    assert.ok(!moved || status === 'changed' || UNSURE.includes(status!), `${result.step} moved, and the plan said ${status}`);
  }
  let excused = false;
  for (const task of planned) {
    const { step, status, summary, part } = task.result;
    const now = done.get(step);
    const tell = `${step}: the plan said ${status} (${summary}), the run ${now?.result.status} (${now?.result.summary}), moved: ${now?.moved}`;
    const mayFail = !isSure(task) || breaks.has(step);
    if (mayFail || excused) {
      if (now !== undefined && NOT_WELL.includes(now.result.status)) excused = true; // one that is passed over registers and notifies nothing, either
      if (mayFail || now === undefined || NOT_WELL.includes(now.result.status)) continue;
    }
    if (now === undefined && status === 'skipped' && part !== undefined) continue; // it would be skipped, if it came to that
    assert.ok(now !== undefined, tell);
    const wanted = NOT_WELL.includes(status) ? NOT_WELL : [status];
    assert.ok(wanted.includes(now.result.status), tell);
    assert.ok(now.moved === (status === 'changed'), tell);
  }
}

const content = fc.option(fc.constantFrom('x', 'y'), { nil: undefined });
const files = fc.record({ a: content, b: content, 'a.tgz': fc.option(fc.constant(FOREIGN), { nil: undefined, freq: 8 }) });

describe('a plan tells the truth about stages', () => {
  it('on two generated hosts in memory', async function () {
    this.timeout(120_000);
    const counts = { refused: 0, rescued: 0, handled: 0, looped: 0, once: 0, open: 0 };
    await fc.assert(
      fc.asyncProperty(drawnStages, files, files, async (stages, first, second) => {
        const { playbook, problems } = loadText(playbookOfStages(stages), 'drawn.yml');
        assert.deepEqual(problems, []);
        const hosts = new Map([
          ['a', memoryHost(first, 'a')],
          ['b', memoryHost(second, 'b')],
        ]);
        const untouched = [...hosts.values()].map(contentOf);
        const plan = await go(playbook!, hosts, true);
        assert.deepEqual([...hosts.values()].map(contentOf), untouched, 'the plan changed something');
        const run = await go(playbook!, hosts, false);
        const steps = playbook!.stages.flatMap((stage) => [...stage.steps, ...stage.rescue, ...stage.always, ...stage.handlers]);
        const breaks = new Set(steps.filter(({ args }) => (args.argv as string[] | undefined)?.at(-1) === BREAKS).map(({ name }) => name));
        const hasOnce = steps.some(({ runOnce }) => runOnce);
        for (const [host, planned] of plan.tasks) {
          const done = run.tasks.get(host)!;
          const failed = [...run.tasks.values()].flat().some(isStopped);
          if (hasOnce && host !== 'a' && (failed || run.bad.length > 0)) continue; // another host may have to do what a plan saw done there
          if (plan.refused.includes(host)) {
            // before anything is changed, but for what a failed stage's rescue and always were announced to do
            const moved = done.filter((task) => task.moved && !isAnnounced(task, planned)).map(({ result }) => result.step);
            assert.deepEqual(moved, []);
            assert.ok(run.bad.includes(host));
            counts.refused++;
          } else compare(planned, done, breaks);
          for (const { result } of done) {
            if (result.part === 'rescue') counts.rescued++;
            if (result.part === 'handlers') counts.handled++;
            if (result.items !== undefined) counts.looped++;
            if (result.summary.startsWith('done once')) counts.once++;
          }
          counts.open += planned.filter((task) => !isSure(task)).length;
        }
      }),
      { numRuns: 800, seed },
    );
    for (const [what, count] of Object.entries(counts)) assert.ok(count > 20, `${what}: ${count}`);
  });
});
