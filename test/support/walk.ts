// A walk over hosts that exist only in a table, with one module that does what its arguments say. For what comes about in which order;
// what a host is really left with, walk.test.ts and the end-to-end tests show.
import assert from 'node:assert/strict';
import { ConnectionError, Refusal, TaskError } from '../../src/base/errors.ts';
import { Secrets } from '../../src/base/secret.ts';
import type { Module } from '../../src/modules/module.ts';
import { EMPTY_INVENTORY } from '../../src/playbook/inventory.ts';
import { resolvePlan } from '../../src/playbook/plan.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { type WalkEnd, type WalkOptions, walk } from '../../src/run/walk.ts';
import { loadText } from './playbooks.ts';
import { ScriptedConnection } from './scripted_connection.ts';

const FACTS = 'uid\t0\nepoch\t0\ncpus\t1\nmemory_total\t1\nmemory_available\t1\nvm_max_map_count\t1\n';
const SCHEMA = { title: 'command', outputs: { type: 'object' as const, properties: { stdout: { type: 'string' as const } } } };

export interface Given extends Partial<WalkOptions> {
  readonly check?: boolean;
  readonly tags?: readonly string[];
  /** heard before a step's change is made, or its look fails; a promise is waited for */
  readonly act?: (host: string, word: string) => Promise<void> | void;
}

export interface Walked extends WalkEnd {
  readonly events: readonly RunEvent[];
  /** `host/step status`, as the tasks ended */
  readonly ended: readonly string[];
  /** what was done, in its order: host and the words of the step */
  readonly done: readonly string[];
  readonly warnings: readonly string[];
  readonly statuses: readonly string[];
}

/**
 * `command: { argv: [VERB, …] }`: `ok` finds all as declared, `change` changes, `break` fails while it changes, `fail` and `refuse` fail before,
 * `lose` loses the link, `end` ends the host. What a step changes is its second word, where there is one; its output is its last word.
 */
function moduleOf(act: NonNullable<Given['act']>, done: string[]): Module {
  const words = (args: Readonly<Record<string, unknown>>) => args.argv as readonly [string, ...string[]];
  return {
    kind: 'state',
    concerns: (args) => ({ writes: [`thing ${words(args)[1] ?? words(args).join()}`], reads: [] }),
    check: async (args, { host }) => {
      const [verb, ...rest] = words(args);
      const text = [verb, ...rest].join(' ');
      if (verb === 'ok') {
        await act(host, text);
        return { status: 'ok', outputs: { stdout: rest.at(-1) ?? '' }, summary: 'looks well' };
      }
      if (verb === 'end') return { status: 'end', summary: 'no more' };
      if (verb === 'fail') throw new TaskError(`${host}: it fails`);
      if (verb === 'refuse') throw new Refusal(`${host}: it is refused`);
      return { status: 'changes', change: { summary: text, detail: 0 } };
    },
    apply: async (args, { summary }, { host }) => {
      const [verb] = words(args);
      await act(host, summary);
      done.push(`${host} ${summary}`);
      if (verb === 'break') throw new TaskError(`${host}: it broke`, { state: 'half done' });
      if (verb === 'lose') throw new ConnectionError(host, 'lost', `${host}: the link was lost`);
      return { stdout: words(args).at(-1) };
    },
  };
}

/** `stages` is the list under `stages:`; `head` what stands before it, with hosts if they are not a and b. */
export async function walkThrough(stages: string, given: Given & { readonly head?: string } = {}): Promise<Walked> {
  const { check = false, act = () => {}, tags = [], head = 'hosts: { a: {}, b: {} }\n', ...options } = given;
  const { playbook, problems } = loadText(`apiVersion: switchyard/v1\nname: n\n${head}stages:\n${stages}`);
  assert.deepEqual(problems, []);
  const events: RunEvent[] = [];
  const done: string[] = [];
  const end = await walk({
    plan: resolvePlan(playbook!, EMPTY_INVENTORY, { limit: undefined, tags, skipTags: [], extraVars: {} }),
    file: 'p.yml',
    run: { id: 'r-1', stamp: '20260101_000000', check },
    holder: { run: 'r-1', who: 'me@here', since: 'now' },
    modules: new Map([['command', { module: moduleOf(act, done), schema: SCHEMA }]]),
    checkArguments: (_module, args) => args as Record<string, unknown>,
    secrets: new Secrets(),
    connect: async ({ name }) =>
      new ScriptedConnection(
        [
          [/say hostname/, FACTS],
          [/^sh -c/, ''],
        ],
        { host: name },
      ),
    listeners: [(event) => events.push(event)],
    approve: undefined,
    forks: 10,
    interrupt: { signal: new AbortController().signal, name: () => undefined, listen: () => {} },
    now: () => 0,
    wait: async () => {},
    ...options,
  });
  return {
    ...end,
    events,
    done,
    ended: events.flatMap((event) =>
      event.kind === 'task_ended' ? [`${event.result.host}/${event.result.step} ${event.result.status}`] : [],
    ),
    warnings: events.flatMap((event) => (event.kind === 'warning' ? [`${event.host}: ${event.message}`] : [])),
    statuses: end.hosts.map(({ host, status }) => `${host} ${status}`),
  };
}
