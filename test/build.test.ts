// What is built is what the sources are: it says the same of every file, and starts with less.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import { type ModuleSchema, readModuleSchemas } from '../src/playbook/schema.ts';
import { type Program, programOf } from './support/program.ts';
import { has, readFolders } from './support/rule_fixtures.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SOURCES = join(ROOT, 'src/cli.ts');

/** What comes along with `validate`. */
const LIBRARIES = [
  ...['ajv/dist/runtime', 'ansi-regex', 'commander', 'get-east-asian-width', 'nunjucks', 're2js'],
  ...['string-width', 'strip-ansi', 'yaml'],
];

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

  it('validates with none of what reaches hosts, and without ajv', () => {
    const loaded = loadedBy(program.cli, ['validate', 'playbooks/trains-0.16.yml', '-i', 'inventories/several-hosts.yml']);
    const parts = loaded.flatMap((file) => program.partsOf(file));
    assert.ok(parts.includes('src/playbook/load.ts'), parts.join(' '));
    const rooms = parts.filter((part) => part.startsWith('src/')).map((part) => part.split('/')[1]!);
    assert.deepEqual([...new Set(rooms)].sort(), ['base', 'cli', 'cli.ts', 'commands', 'expressions', 'playbook', 'report']);
    const libraries = [...parts, ...loaded].map(libraryOf).filter((name) => name !== undefined);
    assert.deepEqual([...new Set(libraries)].sort(), LIBRARIES);
  });
});

/** Every file that a run of the program loads. */
function loadedBy(cli: string, args: readonly string[]): readonly string[] {
  const hook = `import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { process._rawDebug(url); return next(url, context); } });`;
  const { status, stderr } = spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, cli, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  assert.equal(status, 0);
  return stderr.split('\n').flatMap((line) => (line.startsWith('file:') ? [fileURLToPath(line)] : []));
}

/** The library that a file is of; of ajv the folder too, for its small helpers of the compiled functions are no matter. */
function libraryOf(file: string): string | undefined {
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
  return name === 'ajv' ? dirname(file.slice(file.indexOf('ajv/'))) : name;
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
