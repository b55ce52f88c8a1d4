// What is built is what the sources are: it says the same of every file, and starts with less.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import { type ModuleSchema, readModuleSchemas } from '../src/playbook/schema.ts';
import { codeOf, readScript } from '../src/script.ts';
import { type Program, programOf } from './support/program.ts';
import { has, readFolders } from './support/rule_fixtures.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SOURCES = join(ROOT, 'src/cli.ts');

describe('what is built', () => {
  let program: Program;
  before(async () => {
    program = await programOf();
  });
  after(() => program.remove());

  const validated = (cli: string, files: readonly string[], ...nodeOptions: string[]) => {
    const { stdout, stderr } = spawnSync(process.execPath, [...nodeOptions, cli, 'validate', ...files, '--output', 'json'], {
      cwd: ROOT,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    assert.equal(stderr, '');
    return JSON.parse(stdout) as { readonly problems: readonly unknown[] };
  };

  it('finds in files what the sources find, with functions that were compiled ahead', () => {
    const wrong = join(dirname(program.cli), 'wrong.yml');
    writeFileSync(wrong, playbookOfFaults());
    const fixtures = readFolders()
      .filter((rule) => has(rule, 'bad.yml'))
      .map((rule) => `test/fixtures/rules/${rule}/bad.yml`);
    const built = validated(program.cli, [...fixtures, wrong]);
    assert.ok(built.problems.length > 500, `${built.problems.length} problems`);
    assert.deepEqual(built, validated(SOURCES, [...fixtures, wrong]));
  });

  it('loads no library to validate with, and begins no part that reaches hosts', () => {
    const { loaded, begun } = traced(program.cli, ['validate', 'playbooks/trains-0.16.yml', '-i', 'inventories/several-hosts.yml']);
    assert.deepEqual(loaded, [program.cli]);
    const rooms = new Set(begun.map((part) => part.split('/').slice(0, 2).join('/')));
    const libraries = [...rooms].filter((room) => room.startsWith('node_modules/'));
    assert.deepEqual(libraries.sort(), ['node_modules/ajv', 'node_modules/nunjucks', 'node_modules/re2js', 'node_modules/yaml']);
    for (const room of ['src/playbook', 'src/report']) assert.ok(rooms.has(room), `no ${room}`);
    for (const room of ['src/run', 'src/modules', 'src/connections', 'src/migration', 'src/releases', 'src/plans'])
      assert.ok(!rooms.has(room), `${room} was begun: ${begun.filter((part) => part.startsWith(room)).join(', ')}`);
  });

  it('keeps the code that V8 has made of it, and V8 takes it', () => {
    const file = join(dirname(program.cli), 'program/program.cjs');
    assert.equal(readScript(file, readFileSync(codeOf(file))).cachedDataRejected, false);
  });
});

interface Traced {
  /** files that Node loaded */
  readonly loaded: readonly string[];
  /** parts of the built program that were begun with, by the files of the checkout they were made of */
  readonly begun: readonly string[];
}

function traced(cli: string, args: readonly string[]): Traced {
  const hook = `import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { process._rawDebug(url); return next(url, context); } });`;
  const coverage = mkdtempSync(join(tmpdir(), 'switchyard-coverage-'));
  const { status, stderr } = spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, cli, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NODE_V8_COVERAGE: coverage },
  });
  assert.equal(status, 0);
  const loaded = stderr.split('\n').flatMap((line) => (line.startsWith('file:') ? [fileURLToPath(line)] : []));
  const begun = readdirSync(coverage).flatMap((name) => partsIn(readFileSync(join(coverage, name), 'utf8')));
  rmSync(coverage, { recursive: true });
  return { loaded, begun };
}

/** The bundler has put each part into a function that has the part's path for a name. */
function partsIn(coverage: string): readonly string[] {
  const { result } = JSON.parse(coverage) as {
    result: { functions: { functionName: string; ranges: { count: number }[] }[] }[];
  };
  const functions = result.flatMap(({ functions }) => functions);
  return functions.flatMap(({ functionName, ranges }) => (functionName.includes('/') && ranges[0]!.count > 0 ? [functionName] : []));
}

/** Every example of every module, as it is and with each of its arguments in turn replaced by what cannot be right, and one that is unknown. */
function playbookOfFaults(): string {
  const examples = [...readModuleSchemas()].flatMap(([module, schema]) =>
    (schema as ModuleSchema & { readonly examples: readonly Record<string, unknown>[] }).examples.map((args) => ({ module, args })),
  );
  const steps = examples.flatMap(({ module, args }) => {
    const broken = Object.keys(args).flatMap((key) => [null, 7, '', true, [], {}, [{}]].map((value) => ({ ...args, [key]: value })));
    return [args, {}, { ...args, unknown_argument: 1 }, ...broken].map((some) => ({ [module]: some }));
  });
  const named = steps.map((step, i) => ({ name: `step ${i}`, ...step }));
  const playbook = { apiVersion: 'switchyard/v1', name: 'faults', hosts: 'all', stages: [{ name: 'all of them', steps: named }] };
  return JSON.stringify(playbook, undefined, 1);
}
