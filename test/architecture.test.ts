// The house as a test: which room may know which, one door a library, no cycle. Reads the imports of src/, runs none of it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, it } from 'mocha';

const SOURCES = resolve(import.meta.dirname, '../src');

/** Besides its own room, a room may import these; `types` only with `import type`. */
const ARROWS: Readonly<Record<string, { readonly values: readonly string[]; readonly types?: readonly string[] }>> = {
  'start.ts': { values: ['script.ts'] },
  'script.ts': { values: [] },
  'cli.ts': { values: ['cli', 'commands', 'base'] },
  cli: { values: ['commands', 'base'] },
  commands: { values: ['playbook', 'plans', 'expressions', 'run', 'report', 'releases', 'modules', 'connections', 'base'] },
  playbook: { values: ['expressions', 'base'] },
  expressions: { values: ['base'] },
  plans: { values: ['playbook', 'base'], types: ['run'] },
  run: { values: ['playbook', 'expressions', 'modules', 'connections', 'base'] },
  modules: { values: ['migration', 'releases', 'connections', 'base'] },
  migration: { values: ['connections', 'base'] },
  releases: { values: ['connections', 'base'] },
  connections: { values: ['base'] },
  report: { values: ['base'], types: ['run'] },
  base: { values: [] },
};

/** The one file that imports a library, or the one room (with a slash). */
const DOORS: Readonly<Record<string, string>> = {
  yaml: 'base/tree.ts',
  ajv: 'playbook/validators.ts',
  nunjucks: 'expressions/parse.ts',
  re2js: 'expressions/regex.ts',
  ssh2: 'connections/ssh.ts',
  dockerode: 'connections/docker.ts',
  '@elastic/elasticsearch': 'connections/elasticsearch.ts',
  listr2: 'report/tree.ts',
  commander: 'cli/',
  'string-width': 'report/validation/frame.ts',
};

/** Node's own parts that reach out of the process. Only connections/ opens sockets and starts processes. */
const REACHING_OUT = new Set(['node:net', 'node:tls', 'node:child_process', 'node:dgram', 'node:http', 'node:https']);

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort();
const imports: readonly Import[] = files.flatMap(importsOf);
const inside = imports.filter(({ to }) => !to.startsWith('node:') && to.endsWith('.ts'));
const roomOf = (file: string) => file.split('/')[0]!;
const libraryOf = (name: string) => (name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : name.split('/')[0]!);

function importsOf(from: string): Import[] {
  const text = readFileSync(join(SOURCES, from), 'utf8');
  const statements = [...text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)';/gms)];
  const dynamic = [...text.matchAll(/\b(?<!typeof )(?:import|createRequire\(import\.meta\.url\))\('([^']+)'\)/g)];
  return [
    ...statements.map(([, typeOnly, name]) => ({ from, to: target(from, name!), typeOnly: typeOnly !== undefined })),
    ...dynamic.map(([, name]) => ({ from, to: target(from, name!), typeOnly: false })),
  ];
}

function target(from: string, name: string): string {
  return name.startsWith('.') ? relative(SOURCES, resolve(SOURCES, dirname(from), name)) : name;
}

describe('the house', () => {
  it('has imports to look at', () => {
    assert.ok(inside.length > 20, `found ${inside.length}`);
  });

  it('has a rule for every room', () => {
    assert.deepEqual(
      [...new Set(files.map(roomOf))].filter((room) => ARROWS[room] === undefined),
      [],
    );
  });

  it('lets a room know only the rooms below it', () => {
    const wrong = inside.filter(({ from, to, typeOnly }) => {
      const [mine, theirs] = [roomOf(from), roomOf(to)];
      const { values, types = [] } = ARROWS[mine]!;
      return mine !== theirs && !values.includes(theirs) && !(typeOnly && types.includes(theirs));
    });
    assert.deepEqual(
      wrong.map(({ from, to }) => `${from} → ${to}`),
      [],
    );
  });

  it('has no cycle of values between files', () => {
    const next = new Map(
      files.map((file) => [file, inside.filter(({ from, typeOnly }) => from === file && !typeOnly).map(({ to }) => to)]),
    );
    const done = new Set<string>();
    const visit = (file: string, way: readonly string[]): string[] => {
      if (way.includes(file)) return [[...way.slice(way.indexOf(file)), file].join(' → ')];
      if (done.has(file)) return [];
      const found = (next.get(file) ?? []).flatMap((other) => visit(other, [...way, file]));
      done.add(file);
      return found;
    };
    assert.deepEqual(
      files.flatMap((file) => visit(file, [])),
      [],
    );
  });

  it('opens one door a library', () => {
    const outside = imports.filter(({ to }) => !to.startsWith('node:') && !to.endsWith('.ts') && !to.endsWith('.json'));
    const isDoor = (door: string | undefined, file: string) => door === file || (door?.endsWith('/') === true && file.startsWith(door));
    const wrong = outside.filter(({ from, to }) => !isDoor(DOORS[libraryOf(to)], from));
    assert.deepEqual(
      wrong.map(({ from, to }) => `${from} → ${to}`),
      [],
    );
  });

  it('opens sockets and starts processes in connections/ only', () => {
    const wrong = imports.filter(({ from, to, typeOnly }) => REACHING_OUT.has(to) && !typeOnly && roomOf(from) !== 'connections');
    assert.deepEqual(
      wrong.map(({ from, to }) => `${from} → ${to}`),
      [],
    );
  });

  it('ends the process in cli.ts only', () => {
    const wrong = files.filter((file) => file !== 'cli.ts' && /process\.exit\b/.test(readFileSync(join(SOURCES, file), 'utf8')));
    assert.deepEqual(wrong, []);
  });
});
