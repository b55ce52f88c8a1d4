// A plan tells the truth: over generated hosts and playbooks, what `plan` says of a task is what `run` then does, and nothing is changed
// that was not announced. Once over hosts that are a table in memory, many and quick, and once over this machine with the real modules.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { TaskError } from '../../src/base/errors.ts';
import { Secrets } from '../../src/base/secret.ts';
import { connect } from '../../src/connections/connect.ts';
import type { Connection } from '../../src/connections/connection.ts';
import type { Module } from '../../src/modules/module.ts';
import { registry } from '../../src/modules/registry.ts';
import { resolvePlan } from '../../src/playbook/plan.ts';
import { checkArguments, readModuleSchemas } from '../../src/playbook/schema.ts';
import type { TaskResult, TaskStatus } from '../../src/run/events.ts';
import { walk } from '../../src/run/walk.ts';
import { localAddress, localContext } from '../support/local.ts';
import { loadText } from '../support/playbooks.ts';
import { ScriptedConnection } from '../support/scripted_connection.ts';
import { withWeb } from '../support/web.ts';

const schemas = readModuleSchemas();

/** A host that a playbook can be tried on. Files lie in `directory`; `web` answers /TEXT with TEXT, and /there/FILE with {"there": bool}. */
interface Place {
  readonly directory: string;
  readonly web: string;
  readonly modules: ReadonlyMap<string, Module>;
  readonly connect: () => Promise<Connection>;
  /** what a change would show in */
  readonly look: () => string;
}

/** A step before it is text: what it does, to which file, and on what it depends. */
interface Drawn {
  readonly what: 'command' | 'command that creates' | 'get_url' | 'archive' | 'uri' | 'assert' | 'end_host';
  readonly file: 'a' | 'b';
  readonly text: 'x' | 'y';
  /** the step is for when the look so many looks back found the file, or did not find it */
  readonly when: { readonly back: number; readonly there: boolean } | undefined;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  what: fc.oneof(
    { weight: 3, arbitrary: fc.constant('uri' as const) },
    { weight: 6, arbitrary: fc.constantFrom('get_url' as const, 'archive' as const, 'command that creates' as const) },
    { weight: 2, arbitrary: fc.constantFrom('command' as const, 'assert' as const, 'end_host' as const) },
  ),
  file: fc.constantFrom('a', 'b'),
  text: fc.constantFrom('x', 'y'),
  when: fc.option(fc.record({ back: fc.integer({ min: 1, max: 3 }), there: fc.boolean() }), { nil: undefined, freq: 3 }),
});
const steps = fc.array(drawn, { minLength: 1, maxLength: 8 });
const content = fc.option(fc.constantFrom('x', 'y'), { nil: undefined });
const host = fc.record({ a: content, b: content });

function playbookOf(list: readonly Drawn[], { directory, web }: Pick<Place, 'directory' | 'web'>): string {
  const looks: string[] = [];
  const lines = list.map(({ what, file, text, when }, index) => {
    const name = `s${index}`;
    const path = join(directory, file);
    const asked = when && looks.at(-when.back);
    const condition = asked ? `${when.there ? '' : 'not '}${asked}.json.there` : undefined;
    const append = { argv: ['sh', '-c', 'printf %s "$2" >> "$1"', 'sh', path, text] };
    const bodies: Record<Drawn['what'], object> = {
      command: { command: append },
      'command that creates': { command: { ...append, creates: path } },
      get_url: { get_url: { url: `${web}/${text}`, dest: path, allow_insecure: true } },
      archive: { archive: { path: [path], dest: `${path}.tgz` } },
      uri: { uri: { url: `${web}/there/${file}` }, register: name },
      assert: { assert: { that: condition ?? 'true' } },
      end_host: { end_host: {} },
    };
    const step = { name, ...(condition !== undefined && what !== 'assert' && { when: condition }), ...bodies[what] };
    if (what === 'uri' && step.when === undefined) looks.push(name);
    return `      - ${JSON.stringify(step)}`;
  });
  return [
    'apiVersion: switchyard/v1',
    'name: drawn',
    'hosts: { h: {} }',
    `project_dir: ${directory}`,
    'stages:',
    '  - name: s',
    '    steps:',
    ...lines,
    '',
  ].join('\n');
}

interface Watched extends Pick<TaskResult, 'step' | 'status' | 'summary'> {
  readonly moved: boolean;
}

async function goThrough(text: string, place: Place, check: boolean): Promise<Watched[]> {
  const { playbook, problems } = loadText(text, 'drawn.yml');
  assert.deepEqual(problems, [], text);
  const watched: Watched[] = [];
  let before = place.look();
  const { bug } = await walk({
    plan: resolvePlan(playbook!, { hosts: new Map(), groups: new Map() }, { limit: undefined, tags: [], skipTags: [], extraVars: {} }),
    file: 'drawn.yml',
    run: { id: '20260101_000000-abcd', stamp: '20260101_000000', check },
    holder: { run: '20260101_000000-abcd', who: 'me@here', since: 'now' },
    modules: new Map([...place.modules].map(([name, module]) => [name, { module, schema: schemas.get(name)! }])),
    checkArguments,
    secrets: new Secrets(),
    connect: place.connect,
    listeners: [
      (event) => {
        if (event.kind === 'task_started') before = place.look();
        if (event.kind !== 'task_ended') return;
        const { step, status, summary } = event.result;
        watched.push({ step, status, summary, moved: place.look() !== before });
      },
    ],
    forks: 1,
    interrupt: { signal: new AbortController().signal, name: () => undefined, listen: () => {} },
    now: Date.now,
    wait: async () => {},
  });
  assert.equal(bug, undefined);
  return watched;
}

const UNSURE: readonly TaskStatus[] = ['at_run_time', 'cannot_tell'];

/** Fails where the plan did not tell the truth about the run. */
async function tellsTheTruth(text: string, place: Place): Promise<void> {
  const untouched = place.look();
  const planned = await goThrough(text, place, true);
  assert.equal(place.look(), untouched, 'the plan changed something');
  const done = new Map((await goThrough(text, place, false)).map((one) => [one.step, one]));
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

/** A host in memory: the modules are models of the real ones, on the scripted connection's files. */
async function placeInMemory(files: Readonly<Record<'a' | 'b', string | undefined>>): Promise<Place> {
  const directory = '/srv';
  const there = Object.entries(files).flatMap(([name, text]) => (text === undefined ? [] : [[`${directory}/${name}`, text]]));
  const facts = 'uid\t0\nepoch\t0\ncpus\t1\nmemory_total\t1\nmemory_available\t1\nvm_max_map_count\t1\n';
  const connection = new ScriptedConnection(
    [
      [/say hostname/, facts],
      [/^sh -c/, ''],
    ],
    { files: Object.fromEntries(there) },
  );
  const read = (path: string) => connection.files.get(path) as string | undefined;
  const put = (path: string, text: string) => void connection.files.set(path, text);
  const model = async (name: string, check: Module['check'], apply: Module['apply']): Promise<readonly [string, Module]> => [
    name,
    { ...(await registry.get(name)!()), check, apply },
  ];
  const changes = async () => ({ status: 'changes' as const, change: { summary: 'change it', detail: undefined } });
  const same = async () => ({ status: 'ok' as const, outputs: {} });
  const models = await Promise.all([
    model(
      'command',
      async ({ creates }) => (creates !== undefined && read(String(creates)) !== undefined ? same() : changes()),
      async ({ argv }) => {
        const [path, text] = (argv as string[]).slice(-2) as [string, string];
        put(path, (read(path) ?? '') + text);
        return {};
      },
    ),
    model(
      'get_url',
      async ({ url, dest }) => (read(String(dest)) === basename(String(url)) ? same() : changes()),
      async ({ url, dest }) => {
        put(String(dest), basename(String(url)));
        return {};
      },
    ),
    model(
      'archive',
      async ({ path, dest }) => {
        if (read(String(dest)) !== undefined) return same();
        if (read((path as string[])[0]!) === undefined) throw new TaskError('the source is not there');
        return changes();
      },
      async ({ path, dest }) => {
        put(String(dest), `archive of ${read((path as string[])[0]!)}`);
        return {};
      },
    ),
    model(
      'uri',
      async ({ url }) => ({ status: 'ok', outputs: { json: { there: read(`${directory}/${basename(String(url))}`) !== undefined } } }),
      async () => assert.fail('a probe was applied'),
    ),
  ]);
  const judges = await Promise.all(['assert', 'end_host'].map(async (name) => [name, await registry.get(name)!()] as const));
  return {
    directory,
    web: 'http://web',
    modules: new Map([...models, ...judges]),
    connect: async () => connection,
    look: () => JSON.stringify([...connection.files].sort()),
  };
}

describe('a plan tells the truth about the run', () => {
  it('on generated hosts in memory', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(host, steps, async (files, list) => {
        const place = await placeInMemory(files);
        await tellsTheTruth(playbookOf(list, place), place);
      }),
      { numRuns: 400 },
    );
  });

  it('on this machine, with the modules as they are', async function () {
    this.timeout(120_000);
    const modules = new Map<string, Module>();
    for (const name of ['command', 'get_url', 'archive', 'uri', 'assert', 'end_host']) modules.set(name, await registry.get(name)!());
    let directory = '';
    await withWeb(
      ({ url = '' }, response) => {
        const file = /^\/there\/(\w+)$/.exec(url)?.[1];
        response.end(file === undefined ? basename(url) : JSON.stringify({ there: existsSync(join(directory, file)) }));
      },
      async (web) => {
        const place = {
          web,
          modules,
          connect: () => connect(localAddress('h'), localContext),
          look: () =>
            JSON.stringify(
              readdirSync(directory)
                .filter((name) => !name.startsWith('.'))
                .sort()
                .map((name) => [name, readFileSync(join(directory, name), 'base64')]),
            ),
        };
        await fc.assert(
          fc.asyncProperty(host, fc.array(drawn, { minLength: 2, maxLength: 5 }), async (files, list) => {
            directory = mkdtempSync(join(tmpdir(), 'switchyard-truth-'));
            mkdirSync(join(directory, '.switchyard'));
            for (const [name, text] of Object.entries(files)) if (text !== undefined) writeFileSync(join(directory, name), text);
            await tellsTheTruth(playbookOf(list, { directory, web }), { ...place, directory });
            rmSync(directory, { recursive: true });
          }),
          { numRuns: 25 },
        );
      },
    );
  });
});
