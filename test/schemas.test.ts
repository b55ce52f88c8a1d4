import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'mocha';
import { argumentTypes, page, readSchemas, withFunctions } from '../schemas/generate.ts';
import { argumentsSchema, type Schema } from '../schemas/written.ts';
import { registry } from '../src/modules/registry.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(resolve(root, path), 'utf8');
const schemas = readSchemas();

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

  it('are what the committed types were made of', async () => {
    assert.equal(read('src/modules/arguments.ts'), await argumentTypes(schemas), 'run npm run generate');
  });

  it('are what the arguments that a playbook may write were made of', () => {
    assert.equal(
      read('schemas/arguments.json'),
      argumentsSchema(schemas as unknown as ReadonlyMap<string, Schema>),
      'run npm run generate',
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

  it('have the page of the language list the filters and tests there are', () => {
    assert.equal(read('docs/playbook.md'), withFunctions(read('docs/playbook.md')), 'run npm run generate');
  });

  for (const [name, schema] of schemas) {
    it(`${name}: has its name for a title, a step for every example, and the page made of it`, () => {
      assert.equal(schema.title, name);
      assert.equal(schema.exampleSteps.length, schema.examples.length);
      assert.equal(read(`docs/modules/${name}.md`), page(name, schema), 'run npm run generate');
    });
  }
});
