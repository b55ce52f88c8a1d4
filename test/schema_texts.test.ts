// What the schemas tell of every key, at every depth: editors show it, `explain` and the pages are made of it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv } from 'ajv';
import { describe, it } from 'mocha';
import { registry } from '../src/modules/registry.ts';

type Node = Readonly<Record<string, unknown>>;

/** A key of a schema with the way to it ("facts.json#/properties/cpus"). */
interface Key {
  readonly at: string;
  readonly node: Node;
  readonly required: boolean;
}

const folder = resolve(import.meta.dirname, '../schemas');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort();

const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addFormat('expression', true);
for (const file of files) ajv.addSchema(JSON.parse(readFileSync(resolve(folder, file), 'utf8')) as object, file);

const nodes = files.flatMap((file) => nodesOf(ajv.getSchema(file)!.schema as Node, `${file}#`));
const keys: readonly Key[] = nodes.flatMap(([at, { properties = {}, required = [] }]) =>
  Object.entries(properties as Readonly<Record<string, Node>>).map(([key, node]) => ({
    at: `${at}/properties/${key}`,
    node: { ...referred(node, at), ...node },
    required: (required as readonly string[]).includes(key),
  })),
);

/** Every schema within a schema, itself first, with the ways to them. What stands under examples and the like is data, and a condition only asks. */
function nodesOf(node: Node, at: string): readonly (readonly [string, Node])[] {
  const children = Object.entries(node).filter(
    ([key, value]) => isNode(value) && !['default', 'examples', 'enum', 'if', 'then'].includes(key),
  );
  return [
    [at, node],
    ...children.flatMap(([key, value]) =>
      ['properties', 'definitions'].includes(key)
        ? Object.entries(value as Node).flatMap(([name, child]) => nodesOf(child as Node, `${at}/${key}/${name}`))
        : nodesOf(value as Node, `${at}/${key}`),
    ),
  ];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

/** What a schema refers to, where it does. */
function referred({ $ref }: Node, at: string): Node {
  if (typeof $ref !== 'string') return {};
  return ajv.getSchema($ref.startsWith('#') ? `${at.split('#')[0]}${$ref}` : $ref)!.schema as Node;
}

/** The ways to those that a rule does not hold for. */
const lacking = (holds: (key: Key) => boolean) => keys.filter((key) => !holds(key)).map(({ at }) => at);

/** What is made by others, or is theirs to write: its members have no names that the runner knows. */
const FREE = [
  'arguments.json#/definitions/uri/properties/body',
  'inventory.json#/definitions/vars',
  'modules/uri.json#/properties/body',
  'plan.json#/definitions/host/properties/facts',
  'plan.json#/definitions/task/properties/outputs',
  'playbook.json#/properties/hosts/oneOf/1/additionalProperties',
  'playbook.json#/properties/vars',
];

const isModule = (at: string) => registry.has(at.replace('playbook.json#/definitions/step/properties/', ''));

describe('every key of every schema', () => {
  it('has a title', () =>
    assert.deepEqual(
      lacking(({ node }) => typeof node.title === 'string' && /^[^\s].*[^.\s]$/.test(node.title)),
      [],
    ));

  it('has a description of whole sentences', () => {
    assert.deepEqual(
      lacking(({ node }) => typeof node.description === 'string' && /^[^a-z\s]?.{8,}[.)]$/.test(node.description)),
      [],
    );
  });

  it('has examples, each of which is valid', () => {
    assert.deepEqual(
      lacking(({ node }) => Array.isArray(node.examples) && node.examples.length > 0),
      [],
    );
    const asWritten = keys.filter(({ at }) => !/^modules\/\w+\.json#\/properties/.test(at)); // what a module gets, templates filled in; arguments.json has the rest
    assert.deepEqual(asWritten.flatMap(faultsOf), []);
  });

  it('has a default, or says what is so where it is left out', () => {
    const optional = keys.filter(
      ({ at, required }) => !required && !at.includes('outputs') && !/^(facts|releases)\.json/.test(at) && !isModule(at),
    );
    const wrong = optional.filter(({ node }) => node.default === undefined && !/Left out: /.test(String(node.description)));
    assert.deepEqual(
      wrong.map(({ at }) => at),
      [],
    );
  });

  it('tells of each value that it allows', () => {
    assert.deepEqual(
      lacking(({ node }) => !Array.isArray(node.enum) || (node.enumDescriptions as unknown[] | undefined)?.length === node.enum.length),
      [],
    );
  });

  it('says in words what its pattern wants', () => {
    assert.deepEqual(
      lacking(
        ({ at, node }) =>
          /^(releases|validation)\.json/.test(at) ||
          node.pattern === undefined ||
          /^must be .+[^.]$/.test(String(node.patternErrorMessage)),
      ),
      [],
    );
  });

  it('is one of a closed map', () => {
    const open = nodes.filter(
      ([, { type, properties, additionalProperties: more }]) =>
        ([type].flat().includes('object') || properties !== undefined) && more !== false && !isNode(more),
    );
    assert.deepEqual(open.map(([at]) => at).sort(), FREE);
  });
});

function faultsOf({ at, node }: Key): readonly string[] {
  const validate = ajv.getSchema(at)!;
  const values = [...((node.examples ?? []) as readonly unknown[]), ...(node.default === undefined ? [] : [node.default])];
  return values.filter((value) => !validate(value)).map((value) => `${at}: ${JSON.stringify(value)}`);
}
