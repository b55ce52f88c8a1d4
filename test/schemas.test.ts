import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'mocha';
import { generated, readModuleTexts } from '../schemas/generate.ts';
import { registry } from '../src/modules/registry.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(resolve(root, path), 'utf8');
const schemas = readModuleTexts();

describe('module schemas', () => {
  it('are there for exactly the modules of the registry', () => {
    assert.deepEqual([...schemas.keys()].sort(), [...registry.keys()].sort());
  });

  it('have a test beside every module', () => {
    const tests = readdirSync(resolve(root, 'test/modules'));
    assert.deepEqual(
      [...registry.keys()].filter((name) => !tests.includes(`${name}.test.ts`)),
      [],
    );
  });

  it('are each a key of a step, and a step has no other keys than those that its schema lists', () => {
    const { definitions } = JSON.parse(read('schemas/playbook.json')) as {
      definitions: { step: { properties: Record<string, { $ref?: string }> } };
    };
    const modules = Object.entries(definitions.step.properties).filter(([, { $ref }]) => $ref?.startsWith('arguments.json'));
    assert.deepEqual(
      modules,
      [...registry.keys()].map((name) => [name, { $ref: `arguments.json#/definitions/${name}` }]),
    );
    assert.equal((definitions.step as unknown as { additionalProperties: unknown }).additionalProperties, false);
  });

  for (const [name, { title, examples, exampleSteps }] of schemas) {
    it(`${name}: has its name for a title, and a step for every example`, () => {
      assert.equal(title, name);
      assert.equal(exampleSteps.length, examples?.length);
    });
  }
});

describe('what follows from the schemas and tables', () => {
  it('is what npm run generate would write', async () => {
    const files = await generated();
    assert.ok(files.size > 15, `${files.size} files`);
    const stale = [...files].filter(([path, text]) => read(path) !== text).map(([path]) => path);
    assert.deepEqual(stale, [], 'run npm run generate');
  });

  it('has a page for each module and for no other', async () => {
    const pages = readdirSync(resolve(root, 'docs/modules')).map((name) => `docs/modules/${name}`);
    assert.deepEqual(
      pages.filter((page) => page.endsWith('.md')).sort(),
      [...(await generated()).keys()].filter((path) => path.startsWith('docs/modules/')).sort(),
    );
  });
});
