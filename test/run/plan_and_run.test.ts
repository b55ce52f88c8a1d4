// A plan tells the truth: over generated hosts and playbooks, what `plan` says of a task is what `run` then does, and nothing is changed
// that was not announced. Once over hosts that are a table in memory, many and quick, and once over this machine with the real modules.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { connect } from '../../src/connections/connect.ts';
import type { Module } from '../../src/modules/module.ts';
import { registry } from '../../src/modules/registry.ts';
import { seed } from '../support/fuzz.ts';
import { localAddress, localContext } from '../support/local.ts';
import { contentOf, FOREIGN, memoryHost, memoryModules } from '../support/memory_host.ts';
import { type Place, playbookOf, tellsTheTruth } from '../support/truth.ts';
import { withWeb } from '../support/web.ts';

/** Where the files lie, and a server that answers /TEXT with TEXT, and /there/FILE with {"there": bool}. */
interface Here {
  readonly directory: string;
  readonly web: string;
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
const host = fc.record({
  a: content,
  b: content,
  // what stands where an archive is to be made, and is none of ours: a sure refusal
  'a.tgz': fc.option(fc.constant(FOREIGN), { nil: undefined, freq: 5 }),
});
type Files = Readonly<Record<'a' | 'b' | 'a.tgz', string | undefined>>;

function stepsOf(list: readonly Drawn[], { directory, web }: Here): object[] {
  const looks: string[] = [];
  return list.map(({ what, file, text, when }, index) => {
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
    return step;
  });
}

async function placeInMemory(files: Files): Promise<Place & Here> {
  const connection = memoryHost(files);
  return {
    directory: '/srv',
    web: 'http://web',
    modules: await memoryModules(new Map([['h', connection]])),
    connect: async () => connection,
    look: () => contentOf(connection),
  };
}

describe('a plan tells the truth about the run', () => {
  it('on generated hosts in memory', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(host, steps, async (files, list) => {
        const place = await placeInMemory(files);
        await tellsTheTruth(playbookOf(stepsOf(list, place), place.directory), place);
      }),
      { numRuns: 400, seed },
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
            await tellsTheTruth(playbookOf(stepsOf(list, { directory, web }), directory), place);
            rmSync(directory, { recursive: true });
          }),
          { numRuns: 25, seed },
        );
      },
    );
  });
});
