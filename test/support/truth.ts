// Carries a playbook out on a host, first as a plan and then as a run, and holds the one against the other.
import assert from 'node:assert/strict';
import { Secrets } from '../../src/base/secret.ts';
import type { Connection } from '../../src/connections/connection.ts';
import type { Module } from '../../src/modules/module.ts';
import { EMPTY_INVENTORY } from '../../src/playbook/inventory.ts';
import { resolvePlan } from '../../src/playbook/plan.ts';
import { checkArguments, readModuleSchemas } from '../../src/playbook/schema.ts';
import type { TaskResult, TaskStatus } from '../../src/run/events.ts';
import { walk } from '../../src/run/walk.ts';
import { loadText } from './playbooks.ts';

const schemas = readModuleSchemas();

/** A host that a playbook can be tried on. */
export interface Place {
  readonly modules: ReadonlyMap<string, Module>;
  readonly connect: () => Promise<Connection>;
  /** what a change would show in */
  readonly look: () => string;
}

/** A playbook with these steps, as JSON texts, for one host. */
export const playbookOf = (steps: readonly object[], directory: string): string =>
  [
    'apiVersion: switchyard/v1',
    'name: drawn',
    'hosts: { h: {} }',
    `project_dir: ${directory}`,
    'stages:',
    '  - name: s',
    '    steps:',
    ...steps.map((step) => `      - ${JSON.stringify(step)}`),
    '',
  ].join('\n');

interface Watched extends Pick<TaskResult, 'step' | 'status' | 'summary'> {
  readonly moved: boolean;
}

async function goThrough(text: string, place: Place, check: boolean): Promise<Watched[]> {
  const { playbook, problems } = loadText(text, 'drawn.yml');
  assert.deepEqual(problems, [], text);
  const watched: Watched[] = [];
  let before = place.look();
  const { bug } = await walk({
    plan: resolvePlan(playbook!, EMPTY_INVENTORY, { limit: undefined, tags: [], skipTags: [], extraVars: {} }),
    file: 'drawn.yml',
    run: { id: '20260101_000000-abcd', stamp: '20260101_000000', check },
    holder: { run: '20260101_000000-abcd', who: 'me@here', since: 'now' },
    modules: new Map([...place.modules].map(([name, module]) => [name, { module, schema: schemas.get(name)! }])),
    checkArguments,
    secrets: new Secrets(),
    connect: place.connect,
    listeners: [
      (event) => {
        if (event.kind !== 'task_ended') return;
        const { step, status, summary } = event.result;
        const now = place.look();
        watched.push({ step, status, summary, moved: now !== before });
        before = now;
      },
    ],
    approve: undefined,
    forks: 1,
    interrupt: { signal: new AbortController().signal, name: () => undefined, listen: () => {} },
    now: Date.now,
    wait: async () => {},
  });
  assert.equal(bug, undefined);
  return watched;
}

const UNSURE: readonly TaskStatus[] = ['at_run_time', 'cannot_tell'];

/** How often a plan said what: what it left open is among it. */
export type Tally = Partial<Record<TaskStatus, number>>;

/** Fails where the plan did not tell the truth about the run. */
export async function tellsTheTruth(text: string, place: Place): Promise<Tally> {
  const untouched = place.look();
  const planned = await goThrough(text, place, true);
  assert.equal(place.look(), untouched, 'the plan changed something');
  const run = await goThrough(text, place, false);
  if (planned.some(({ status }) => status === 'refused')) {
    const said = `${JSON.stringify(planned)}\n${JSON.stringify(run)}\n${text}`;
    assert.equal(run.at(-1)?.status, 'refused', said);
    assert.ok(place.look() === untouched && run.every(({ moved }) => !moved), `refused, but not before the first change: ${said}`);
  } else {
    compare(planned, run);
  }
  return Object.fromEntries(Object.entries(Object.groupBy(planned, ({ status }) => status)).map(([status, all]) => [status, all.length]));
}

function compare(planned: readonly Watched[], run: readonly Watched[]): void {
  const done = new Map(run.map((one) => [one.step, one]));
  const last = [...done.values()].at(-1)!;
  // what a plan left open may fail in the run; nothing else keeps a run from coming to a step
  const failed = UNSURE.includes(planned.find(({ step }) => step === last.step)!.status) && ['failed', 'refused'].includes(last.status);
  for (const { step, status, summary } of planned) {
    const now = done.get(step);
    const tell = `${step}: the plan said ${status} (${summary}), the run ${now?.status} (${now?.summary}), moved: ${now?.moved}`;
    if (now?.moved) assert.ok(status === 'changed' || UNSURE.includes(status), tell);
    if (UNSURE.includes(status)) continue;
    if (now === undefined) assert.ok(failed, tell);
    else assert.deepEqual([now.status, now.moved], [status, status === 'changed'], tell);
  }
  for (const { step, moved } of done.values()) assert.ok(!moved || planned.some((one) => one.step === step), `${step} was not announced`);
}
