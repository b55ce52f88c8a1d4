// Events of made-up runs, and an Output that remembers what was written.
import type { Output } from '../../src/report/output.ts';
import type { Emitted, Failure, HostResult, HostStatus, RunEvent, TaskResult, TaskStatus } from '../../src/run/events.ts';

/** 2026-11-23 09:37:00 UTC */
export const BEGIN = Date.UTC(2026, 10, 23, 9, 37, 0);

/** Each event with its second of the run. */
export function timed(events: readonly (readonly [seconds: number, event: Emitted])[]): RunEvent[] {
  return events.map(([seconds, event]) => ({ ...event, time: BEGIN + seconds * 1000 }) as RunEvent);
}

export function started(batches: readonly (readonly string[])[], check = false): Emitted {
  const step = (name: string) => ({ name, module: 'command' });
  const stages = [
    { name: 'preflight', steps: [step('memory'), step('disk')] },
    { name: 'copy', steps: [step('documents')] },
  ];
  return { kind: 'run_started', run: '20261123_093700', playbook: 'Upgrade to 0.16', file: 'upgrade.yml', check, batches, stages };
}

export function taskEnded(task: string, status: TaskStatus, summary: string, failure?: Failure, more: Partial<TaskResult> = {}): Emitted {
  const [, stage, step, host] = /^(.*)\/(.*)@(.*)$/.exec(task) as unknown as [string, string, string, string];
  const result: TaskResult = {
    ...{ task, host, stage, step, module: 'command', kind: 'opaque', status, summary, failure },
    ...{ outputs: {}, attempts: 1, started: BEGIN, duration_ms: 100 },
    ...more,
  };
  return { kind: 'task_ended', result };
}

export function counts(some: Partial<Record<TaskStatus, number>>): Record<TaskStatus, number> {
  return { ok: 0, changed: 0, skipped: 0, failed: 0, refused: 0, unreachable: 0, at_run_time: 0, cannot_tell: 0, ...some };
}

export function hostResult(
  host: string,
  status: HostStatus,
  some: Partial<Record<TaskStatus, number>>,
  failure?: Failure,
  message = '',
): HostResult {
  return { host, status, counts: counts(some), message: failure?.message ?? message, failure };
}

export const NO_MEMORY: Failure = {
  message: 'b: a machine of 8 GB is needed, this one has 3.9 GB',
  state: 'nothing was changed on b',
  next: 'give b more memory, then: switchyard resume 20261123_093700',
};

export const MISSING: Failure = {
  message: 'b: copy documents: 120 of 4,310 documents missing',
  state: 'the old server runs and serves',
  next: 'switchyard resume 20261123_093700',
  output: 'bulk: 429\nrejected: hunter22\n',
};

/** Two hosts: a comes through, b is refused. */
export function refusedStory(): RunEvent[] {
  const hosts = [hostResult('a', 'ok', { ok: 1, changed: 1, skipped: 1 }), hostResult('b', 'refused', { refused: 1 }, NO_MEMORY)];
  return timed([
    [0, started([['a', 'b']])],
    [0, { kind: 'batch_started', batch: 1, hosts: ['a', 'b'] }],
    [0, { kind: 'host_started', host: 'a', address: '10.0.0.1' }],
    [0, { kind: 'stage_started', host: 'a', stage: 'preflight' }],
    [0, { kind: 'task_started', host: 'a', stage: 'preflight', step: 'memory', module: 'assert' }],
    [1, taskEnded('preflight/memory@a', 'ok', '16 GB')],
    [1, { kind: 'host_started', host: 'b', address: '10.0.0.2' }],
    [1, { kind: 'stage_started', host: 'b', stage: 'preflight' }],
    [1, { kind: 'task_started', host: 'b', stage: 'preflight', step: 'memory', module: 'assert' }],
    [2, taskEnded('preflight/memory@b', 'refused', NO_MEMORY.message, NO_MEMORY)],
    [2, { kind: 'stage_ended', host: 'b', stage: 'preflight', status: 'failed' }],
    [2, { kind: 'host_ended', result: hosts[1]! }],
    [2, { kind: 'task_started', host: 'a', stage: 'preflight', step: 'disk', module: 'assert' }],
    [2, taskEnded('preflight/disk@a', 'skipped', 'skipped: when is false')],
    [3, { kind: 'stage_ended', host: 'a', stage: 'preflight', status: 'ok' }],
    [3, { kind: 'warning', host: 'a', message: 'the clock is 40 s behind' }],
    [3, { kind: 'stage_started', host: 'a', stage: 'copy' }],
    [3, { kind: 'task_started', host: 'a', stage: 'copy', step: 'documents', module: 'elasticsearch_migrate' }],
    [4, { kind: 'task_applying', host: 'a', stage: 'copy', step: 'documents', summary: 'copy 10 indices' }],
    ...[5, 7, 9, 10, 14].map((second): [number, Emitted] => [second, progress('a', second - 4)]),
    [15, taskEnded('copy/documents@a', 'changed', 'copied 10 indices')],
    [15, { kind: 'stage_ended', host: 'a', stage: 'copy', status: 'ok' }],
    [15, { kind: 'host_ended', result: hosts[0]! }],
    [15, { kind: 'run_ended', hosts, exit: 5, duration_ms: 15_000 }],
  ]);
}

/** The copy, a tenth of it a second. */
export function progress(host: string, tenths: number): Emitted {
  const far = { done: 160_000 * tenths, total: 1_600_000, unit: 'documents', rate: 160_000, seconds_left: 10 - tenths } as const;
  return { kind: 'task_progress', host, stage: 'copy', step: 'documents', progress: { text: 'events-2021', ...far } };
}

/** One host whose copy fails after the copying has begun. */
export function failedStory(): RunEvent[] {
  const hosts = [hostResult('b', 'failed', { ok: 2, failed: 1 }, MISSING)];
  return timed([
    [0, started([['b']])],
    [0, { kind: 'stage_started', host: 'b', stage: 'preflight' }],
    [0, { kind: 'task_started', host: 'b', stage: 'preflight', step: 'memory', module: 'assert' }],
    [0, taskEnded('preflight/memory@b', 'ok', '16 GB')],
    [0, { kind: 'task_started', host: 'b', stage: 'preflight', step: 'disk', module: 'assert' }],
    [
      1,
      { kind: 'task_retried', host: 'b', stage: 'preflight', step: 'disk', attempt: 1, retries: 3, message: 'the mount is not there yet' },
    ],
    [1, taskEnded('preflight/disk@b', 'ok', '80 GB free')],
    [1, { kind: 'stage_ended', host: 'b', stage: 'preflight', status: 'ok' }],
    [1, { kind: 'stage_started', host: 'b', stage: 'copy' }],
    [1, { kind: 'task_started', host: 'b', stage: 'copy', step: 'documents', module: 'elasticsearch_migrate' }],
    [3, taskEnded('copy/documents@b', 'failed', MISSING.message, MISSING)],
    [3, { kind: 'stage_ended', host: 'b', stage: 'copy', status: 'failed' }],
    [3, { kind: 'host_ended', result: hosts[0]! }],
    [3, { kind: 'run_ended', hosts, exit: 5, duration_ms: 3_000 }],
  ]);
}

/** A plan over two batches; b is not there. */
export function planStory(): RunEvent[] {
  const gone: Failure = { message: 'b: connection refused by 10.0.0.2:22', next: 'ssh b' };
  const hosts = [hostResult('a', 'ok', { ok: 1, changed: 1, at_run_time: 1 }), hostResult('b', 'unreachable', {}, gone)];
  return timed([
    [0, started([['a'], ['b']], true)],
    [0, { kind: 'batch_started', batch: 1, hosts: ['a'] }],
    [0, { kind: 'stage_started', host: 'a', stage: 'preflight' }],
    [0, taskEnded('preflight/memory@a', 'ok', '16 GB')],
    [0, taskEnded('preflight/disk@a', 'changed', 'make /opt/trains/new')],
    [0, { kind: 'stage_ended', host: 'a', stage: 'preflight', status: 'ok' }],
    [1, { kind: 'stage_started', host: 'a', stage: 'copy' }],
    [1, taskEnded('copy/documents@a', 'at_run_time', 'after the change of preflight/disk')],
    [1, { kind: 'stage_ended', host: 'a', stage: 'copy', status: 'ok' }],
    [1, { kind: 'host_ended', result: hosts[0]! }],
    [1, { kind: 'batch_started', batch: 2, hosts: ['b'] }],
    [2, { kind: 'host_ended', result: hosts[1]! }],
    [2, { kind: 'run_ended', hosts, exit: 6, duration_ms: 2_000 }],
  ]);
}

/** An Output of 20 rows and 80 columns without colour; `written` is all that went to stdout, `warned` to stderr. */
export function paper(over: Partial<Output> = {}): { readonly out: Output; readonly written: string[]; readonly warned: string[] } {
  const written: string[] = [];
  const warned: string[] = [];
  const out: Output = {
    stdout: (text) => written.push(text),
    stderr: (text) => warned.push(text),
    ...{ columns: 80, rows: 20, isTerminal: true, color: false },
    mask: (text) => text.replaceAll('hunter22', '********'),
    ...over,
  };
  return { out, written, warned };
}

const OTHER: Failure = {
  message: 'b: is not as the plan saw it',
  differences: ['facts.cpus: then 4, now 8'],
  state: 'nothing was changed on b',
  next: 'make a new plan: switchyard plan upgrade.yml -o plan.json',
};

/** Two hosts of a saved plan: a is as it was, b is not, so that neither is changed. */
export function heldStory(): RunEvent[] {
  const kept = hostResult('a', 'not_run', {}, undefined, 'nothing was changed: b cannot be held to the plan');
  const hosts = [kept, hostResult('b', 'refused', {}, OTHER)];
  return timed([
    [0, started([['a', 'b']])],
    [0, { kind: 'host_started', host: 'a', address: '10.0.0.1' }],
    [1, { kind: 'compare_started', host: 'a' }],
    [2, { kind: 'compare_ended', host: 'a', differences: [] }],
    [2, { kind: 'host_started', host: 'b', address: '10.0.0.2' }],
    [2, { kind: 'compare_started', host: 'b' }],
    [4, { kind: 'compare_ended', host: 'b', differences: OTHER.differences! }],
    ...hosts.map((result): [number, Emitted] => [4, { kind: 'host_ended', result }]),
    [4, { kind: 'run_ended', hosts, exit: 4, duration_ms: 4000 }],
  ]);
}

/** Two hosts: both are asked for, one fails past the point of no return. */
export function approvedStory(): RunEvent[] {
  const stages = [
    { name: 'stop', steps: [{ name: 'down', module: 'docker_compose' }], confirm: 'Stop the servers now?' },
    { name: 'up', steps: [{ name: 'start', module: 'docker_compose' }], point_of_no_return: true as const },
  ];
  const hosts = [
    hostResult('a', 'ok', { changed: 2 }),
    { ...hostResult('b', 'failed', { changed: 1, failed: 1 }, { message: 'b: it does not start', next: 'look' }), past: 'up' },
  ];
  const both = ['a', 'b'];
  return timed([
    [0, { ...started([both]), stages } as Emitted],
    [1, { kind: 'approval_asked', stage: 'stop', hosts: both, question: 'Stop the servers now?', point_of_no_return: false }],
    [5, { kind: 'approval_ended', stage: 'stop', hosts: both, approved: true, by: 'terminal' }],
    [6, { kind: 'approval_asked', stage: 'up', hosts: both, question: undefined, point_of_no_return: true }],
    [7, { kind: 'approval_ended', stage: 'up', hosts: both, approved: false, by: 'terminal' }],
    [7, { kind: 'approval_ended', stage: 'up', hosts: both, approved: true, by: '--yes' }],
    ...hosts.map((result): [number, Emitted] => [8, { kind: 'host_ended', result }]),
    [8, { kind: 'run_ended', hosts, exit: 5, duration_ms: 8000 }],
  ]);
}

/** One host: a copy fails, is rescued, and a handler runs at the end of the stage. */
export function rescuedStory(): RunEvent[] {
  const at = { host: 'b', stage: 'copy' };
  const begun = (step: string, part?: TaskResult['part']): Emitted => ({
    kind: 'task_started',
    ...at,
    step,
    module: 'command',
    ...(part && { part }),
  });
  const hosts = [hostResult('b', 'ok', { ok: 1, changed: 2, failed: 1 })];
  return timed([
    [0, started([['b']])],
    [0, { kind: 'stage_started', ...at }],
    [0, begun('documents')],
    [1, taskEnded('copy/documents@b', 'failed', MISSING.message, MISSING)],
    [1, { kind: 'part_started', ...at, part: 'rescue' }],
    [1, begun('start the old server', 'rescue')],
    [2, taskEnded('copy/start the old server@b', 'changed', 'start it', undefined, { part: 'rescue' })],
    [2, { kind: 'part_started', ...at, part: 'always' }],
    [2, begun('look', 'always')],
    [3, taskEnded('copy/look@b', 'ok', 'it runs', undefined, { part: 'always' })],
    [3, { kind: 'part_started', ...at, part: 'handlers' }],
    [3, begun('tell', 'handlers')],
    [4, taskEnded('copy/tell@b', 'changed', 'tell the team', undefined, { part: 'handlers' })],
    [4, { kind: 'stage_ended', ...at, status: 'ok' }],
    [4, { kind: 'host_ended', result: hosts[0]! }],
    [4, { kind: 'run_ended', hosts, exit: 0, duration_ms: 4000 }],
  ]);
}

/** One step over a loop, with outputs. */
export function givenStory(): RunEvent[] {
  const ended = taskEnded('preflight/memory@a', 'changed', 'all of them');
  const items = [
    { item: 'redis:5.0', status: 'changed', summary: 'pull redis:5.0' },
    { item: 'mongo:3.6', status: 'ok', summary: '' },
  ] as const;
  const outputs = { rc: 0, stdout: 'x'.repeat(300) };
  const hosts = [hostResult('a', 'ok', { changed: 1 })];
  return timed([
    [0, started([['a']])],
    [0, { kind: 'stage_started', host: 'a', stage: 'preflight' }],
    [0, ended.kind === 'task_ended' ? { ...ended, result: { ...ended.result, items, outputs } } : ended],
    [0, { kind: 'stage_ended', host: 'a', stage: 'preflight', status: 'ok' }],
    [1, { kind: 'host_ended', result: hosts[0]! }],
    [1, { kind: 'run_ended', hosts, exit: 0, duration_ms: 1000 }],
  ]);
}
