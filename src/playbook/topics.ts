// Everything that can be explained, by name: the keys of a playbook, modules with arguments and outputs, facts, filters, tests, rules and exit
// codes. The texts are those of the schemas and tables that the runner itself works with.
import { EXIT_TEXTS } from '../base/exit.ts';
import { RULES } from '../base/rules.ts';
import { FILTERS } from '../expressions/filters.ts';
import { type Callables, usageOf } from '../expressions/functions.ts';
import { TESTS } from '../expressions/tests.ts';
import { type Definitions, type Key, keysOf, type ToldSchema } from './keys.ts';
import { readSchemaFile, schemaFileNames } from './schema_files.ts';

export type TopicKind = 'part' | 'key' | 'module' | 'argument' | 'output' | 'variable' | 'fact' | 'filter' | 'test' | 'rule' | 'exit code';

/** `name` is unique: "step.retries", "uri.timeout", "uri.outputs.status", "facts.cpus", "filter.default", "exit.4". */
export interface Topic {
  readonly kind: TopicKind;
  readonly name: string;
  readonly title: string;
  readonly text: string;
  /** what a key may be; undefined for what is no key */
  readonly key?: Key;
  /** of a filter or test: how it is written, and an example of it as an expression */
  readonly call?: { readonly usage: string; readonly example: string };
  /** of a module: steps as they could stand in a playbook */
  readonly steps?: readonly Readonly<Record<string, unknown>>[];
  readonly severity?: 'error' | 'warning';
}

/** A module's schema with its texts. `exampleSteps` are names of steps that the examples could be of. */
export interface ModuleText extends ToldSchema {
  readonly outputs: ToldSchema;
  readonly exampleSteps: readonly string[];
}

/** In the order in which they are listed. */
export function topics(): readonly Topic[] {
  return [
    ...playbookTopics(),
    ...moduleTopics(),
    ...inventoryTopics(),
    ...factTopics(),
    ...functionTopics(),
    ...ruleTopics(),
    ...exitTopics(),
  ];
}

/** The parts of a playbook that are maps of their own, each with its keys; the modules of a step are topics of their own. */
function playbookTopics(): readonly Topic[] {
  const playbook = readSchemaFile('playbook.json') as ToldSchema & { readonly definitions: Definitions };
  const parts = Object.entries({ playbook, ...playbook.definitions }).filter(([, { properties }]) => properties !== undefined);
  return parts.flatMap(([name, part]) => [
    partTopic('part', name, part),
    ...keyTopics('key', name, keysOf(withoutModules(part), playbook.definitions)),
  ]);
}

function withoutModules(part: ToldSchema): ToldSchema {
  const keys = Object.entries(part.properties ?? {}).filter(([, { $ref }]) => !$ref?.startsWith('arguments.json#'));
  return { ...part, properties: Object.fromEntries(keys) };
}

function moduleTopics(): readonly Topic[] {
  const files = schemaFileNames().filter((name) => name.startsWith('modules/'));
  return files.map((name) => readSchemaFile(name) as ModuleText).flatMap(moduleTopic);
}

function moduleTopic(module: ModuleText): readonly Topic[] {
  const { title: name = '', outputs, exampleSteps, examples = [] } = module;
  const steps = examples.map((args, i) => ({ name: exampleSteps[i], [name]: args }));
  return [
    { ...partTopic('module', name, module), steps },
    ...keyTopics('argument', name, keysOf(module)),
    ...keyTopics('output', `${name}.outputs`, keysOf(outputs)),
  ];
}

/** The variables of hosts and groups stand under the inventory's own name: "inventory.ansible_host". */
function inventoryTopics(): readonly Topic[] {
  const { definitions, ...inventory } = readSchemaFile('inventory.json') as ToldSchema & { readonly definitions: Definitions };
  const { group = {}, vars = {}, secret = {} } = definitions;
  const kinds = (secret.oneOf ?? []).map(({ properties }): ToldSchema => ({ properties })); // of which one is to be chosen: none is required
  return [
    partTopic('part', 'inventory', inventory),
    ...keyTopics('key', 'inventory', keysOf(inventory, definitions)),
    partTopic('part', 'group', group),
    ...keyTopics('key', 'group', keysOf(group, definitions)),
    ...keyTopics('variable', 'inventory', keysOf(vars, definitions)),
    partTopic('part', 'secret', secret),
    ...keyTopics(
      'key',
      'secret',
      kinds.flatMap((kind) => keysOf(kind)),
    ),
  ];
}

function factTopics(): readonly Topic[] {
  const facts = readSchemaFile('facts.json') as ToldSchema;
  return [partTopic('part', 'facts', facts), ...keyTopics('fact', 'facts', keysOf(facts))];
}

function partTopic(kind: TopicKind, name: string, { title = '', description = '' }: ToldSchema): Topic {
  return { kind, name, title, text: description };
}

function keyTopics(kind: TopicKind, within: string, keys: readonly Key[]): readonly Topic[] {
  return keys.map((key) => ({ kind, name: `${within}.${key.name}`, title: key.title, text: key.description, key }));
}

function functionTopics(): readonly Topic[] {
  const told = (kind: 'filter' | 'test', table: Callables<unknown>): Topic[] =>
    [...new Set(table.values())].map((callable) => {
      const { name, says, example, also = [] } = callable;
      const text = also.length === 0 ? says : `${says} Also: ${also.join(', ')}.`;
      return { kind, name: `${kind}.${name}`, title: name, text, call: { usage: usageOf(kind, callable), example } };
    });
  return [...told('filter', FILTERS), ...told('test', TESTS)];
}

function ruleTopics(): readonly Topic[] {
  return Object.entries(RULES).map(([name, { severity, title, help }]) => ({ kind: 'rule', name, title, text: help, severity }));
}

function exitTopics(): readonly Topic[] {
  return Object.entries(EXIT_TEXTS).map(([code, { title, help }]) => ({ kind: 'exit code', name: `exit.${code}`, title, text: help }));
}
