// JSON Schemas: reading them, holding data against them, and telling what is wrong in the words of whoever wrote the data.
import type { Problem } from '../base/errors.ts';
import { TaskError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import type { RuleId } from '../base/rules.ts';
import type { Path, YamlDocument } from '../base/yaml.ts';
import { readSchemaFile, schemaFileNames } from './schema_files.ts';
import type { ShapeSchema } from './shape.ts';
import { type SchemaError, validatorOf } from './validators.ts';

/** A module's schema: the shape of its arguments, and of what `register` gets of it. */
export interface ModuleSchema extends ShapeSchema {
  readonly title: string;
  readonly outputs: ShapeSchema;
}

/** Fills defaults in, or throws a TaskError with every fault; `where` begins its sentence. */
export type CheckArguments = (module: string, args: unknown, where: string) => Readonly<Record<string, unknown>>;

/** What data are held against: a schema, or one of the lists that a file of their own may hold. */
type SchemaName =
  | 'plan.json'
  | 'playbook.json'
  | 'inventory.json'
  | 'inventory.json#/definitions/vars'
  | `playbook.json#/definitions/${string}`
  | `modules/${string}.json`;

/** Every schema that data are held against, by its file. */
export function readSchemas(): ReadonlyMap<string, object> {
  const files = [
    'plan.json',
    'playbook.json',
    'inventory.json',
    ...[...readModuleSchemas().keys()].map((module) => `modules/${module}.json`),
  ];
  return new Map(files.map((file) => [file, readSchema(file)]));
}

function readSchema(file: string): object {
  return file === 'playbook.json' ? envelope() : (readSchemaFile(file) as object);
}

/** Every module's schema by the module's name. */
export function readModuleSchemas(): ReadonlyMap<string, ModuleSchema> {
  const names = schemaFileNames().filter((name) => name.startsWith('modules/'));
  return new Map(names.map((name) => [name.slice('modules/'.length, -'.json'.length), readSchemaFile(name) as ModuleSchema]));
}

/** Names of the variables of hosts that the runner knows. */
export function readInventoryVariables(): readonly string[] {
  const { definitions } = readSchemaFile('inventory.json') as { definitions: { vars: ShapeSchema } };
  return Object.keys(definitions.vars.properties ?? {});
}

export function readFactsSchema(): ShapeSchema {
  return readSchemaFile('facts.json') as ShapeSchema;
}

/** Names of the keys that the envelope of a step knows, besides its module. */
export function readStepKeys(): readonly string[] {
  return Object.keys(envelope().definitions.step.properties ?? {});
}

interface PlaybookSchema {
  readonly definitions: { readonly step: ShapeSchema };
}

/** The schema of a playbook without the modules: one is picked by the step's key, and the arguments are held against its schema alone. */
function envelope(): PlaybookSchema {
  const { definitions, ...playbook } = readSchemaFile('playbook.json') as PlaybookSchema;
  const keys = Object.entries(definitions.step.properties ?? {}).filter(([, { $ref }]) => !$ref?.startsWith('arguments.json#'));
  const step = { ...definitions.step, properties: Object.fromEntries(keys), additionalProperties: true };
  return { ...playbook, definitions: { ...definitions, step } };
}

/** As much of a document as it takes to say where a fault is. */
type Places = Pick<YamlDocument, 'positionOf' | 'textOf'>;

/**
 * What is wrong with a part of a file, the one at `at`, by the schema of that name ("playbook.json", "modules/uri.json"). A template may stand for a
 * value among the arguments of a module, and nowhere else in a playbook.
 */
export function schemaProblems(name: SchemaName, value: unknown, document: Places, at: Path): Problem[] {
  const open = (data: unknown) => !name.startsWith('playbook.json') && data !== value && isTemplate(data);
  return faults(name, structuredClone(value), open).map((found) => {
    const fault = isTemplate(found.data) ? templateFault(found) : found;
    const path = [...at, ...fault.path];
    const text = document.textOf(path);
    return {
      rule: fault.rule,
      position: document.positionOf(path, fault.part),
      path: path.join('/'),
      message: fault.message(text),
      hint: fault.hint(text),
    };
  });
}

/** What is wrong with data by the schema of that name, a sentence each. */
export function schemaFaults(name: SchemaName, data: unknown): readonly string[] {
  return faults(name, data, () => false).map(({ path, message }) => [path.join('/'), message(undefined)].filter(Boolean).join(': '));
}

/** A CheckArguments over the shipped schemas. */
export const checkArguments: CheckArguments = (module, args, where) => {
  const filled = asWritten(args ?? {});
  const found = faults(`modules/${module}.json`, filled, () => false); // what looks like a template now is text
  if (found.length === 0) return withValues(filled, args) as Readonly<Record<string, unknown>>;
  throw new TaskError(`${where}: ${found.map(({ path, message }) => `${[module, ...path].join('.')}: ${message(undefined)}`).join('; ')}`);
};

interface Fault {
  readonly rule: RuleId;
  readonly data: unknown;
  readonly path: Path;
  readonly part: 'key' | 'value';
  readonly message: (written: string | undefined) => string;
  readonly hint: (written: string | undefined) => string | undefined;
}

/** A template is told of as that, not as a value that does not fit. */
function templateFault(fault: Fault): Fault {
  const message = () => 'no template is filled in here';
  return { ...fault, rule: 'step-template', message, hint: () => 'write the value itself' };
}

const isTemplate = (value: unknown) => typeof value === 'string' && value.includes('{{');

/** What is `open` may stand for any value, as a template does: it is held against the schema again when it is rendered. */
function faults(name: SchemaName, value: unknown, open: (data: unknown) => boolean): Fault[] {
  const validate = validatorOf(name, readSchema);
  if (validate(value)) return [];
  const errors = (validate.errors ?? []).filter((error) => !open(error.data) && !isOpenChoice(error, open));
  const choices = errors.filter(({ keyword }) => keyword === 'oneOf' || keyword === 'anyOf');
  const paths = new Set(choices.map(({ schemaPath }) => `${schemaPath}/`));
  const last = new Map(choices.map((choice) => [choice.instancePath, choice]));
  const inChoice = (error: SchemaError) =>
    [...paths].some((path) => error.schemaPath.startsWith(path)) || (last.get(error.instancePath) ?? error) !== error;
  return errors.filter((error) => !['if', 'propertyNames'].includes(error.keyword) && !inChoice(error)).map((error) => faultOf(error));
}

/** A value of several possible shapes that holds a template may turn out to be any of them. */
function isOpenChoice({ keyword, data }: SchemaError, open: (data: unknown) => boolean): boolean {
  const holds = (part: unknown): boolean => open(part) || (typeof part === 'object' && part !== null && Object.values(part).some(holds));
  return (keyword === 'oneOf' || keyword === 'anyOf') && holds(data);
}

/** What stands in the place of a bare expression once it was evaluated. The schema speaks of its text. */
const isEvaluated = (data: unknown): data is { source: string; value: unknown } =>
  isMap(data) && Object.keys(data).length === 2 && 'source' in data && 'value' in data;
const isMap = (data: unknown): data is Record<string, unknown> => typeof data === 'object' && data !== null && !Array.isArray(data);

function asWritten(data: unknown): unknown {
  if (isEvaluated(data)) return data.source;
  if (Array.isArray(data)) return data.map(asWritten);
  return isMap(data) ? Object.fromEntries(Object.entries(data).map(([key, item]) => [key, asWritten(item)])) : data;
}

function withValues(filled: unknown, data: unknown): unknown {
  if (isEvaluated(data)) return data;
  if (Array.isArray(filled) && Array.isArray(data)) return filled.map((item, i) => withValues(item, data[i]));
  return isMap(filled) && isMap(data)
    ? Object.fromEntries(Object.entries(filled).map(([key, item]) => [key, withValues(item, data[key])]))
    : filled;
}

function faultOf(error: SchemaError): Fault {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const { propertyName } = error; // set where a key was held against the schema
  const params = error.params as Record<string, unknown>;
  const none = () => undefined;
  const is = (
    rule: RuleId,
    message: Fault['message'],
    hint: Fault['hint'] = none,
    part: Fault['part'] = 'value',
    more: Path = [],
  ): Fault => ({
    rule,
    data: error.data,
    path: [...path, ...more],
    part,
    message,
    hint,
  });
  const found = (text: string | undefined) =>
    (error.parentSchema as ShapeSchema).sensitive ? 'what is written here' : quoted(text, error.data);
  switch (error.keyword) {
    case 'required':
      return is('schema-required', () => `${String(params.missingProperty)} is missing`, none, 'key');
    case 'additionalProperties': {
      const key = String(params.additionalProperty);
      const allowed = Object.keys((error.parentSchema as ShapeSchema).properties ?? {});
      return is(
        'schema-unknown-key',
        () => `unknown key ${key}`,
        () => didYouMean(key, allowed) ?? `allowed: ${allowed.join(', ')}`,
        'key',
        [key],
      );
    }
    case 'enum':
    case 'const': {
      const allowed = (params.allowedValues ?? [params.allowedValue]) as unknown[];
      return is(
        'schema-value',
        (text) =>
          `must be ${allowed
            .map(String)
            .join(', ')
            .replace(/, ([^,]*)$/, ' or $1')}, not ${found(text)}`,
        () => didYouMean(String(error.data), allowed.map(String)),
      );
    }
    case 'type': {
      const wanted = [params.type]
        .flat()
        .map((type) => NOUNS[String(type)] ?? String(type))
        .join(' or ');
      const scalar = typeof error.data === 'number' || typeof error.data === 'boolean';
      const texts = [params.type].flat().includes('string') && scalar;
      const meant = [params.type].flat().includes('boolean') ? BOOLEANS.get(String(error.data).toLowerCase()) : undefined;
      return is(
        'schema-type',
        (text) => `must be ${wanted}, not ${found(text)}`,
        (text) => (meant !== undefined ? `write ${meant}` : texts && text !== undefined ? `write "${text}"` : undefined),
      );
    }
    case 'pattern':
      if (propertyName !== undefined)
        return is(
          'schema-pattern',
          () => `"${propertyName}" is no name`,
          () => 'write letters, digits and _, and no digit first',
          'key',
          [propertyName],
        );
      return is('schema-pattern', (text) => `${found(text)} does not fit the pattern ${String(params.pattern)}`);
    case 'oneOf':
    case 'anyOf':
      return is(
        'schema-choice',
        (text) => `${found(text)} is none of the forms allowed here`,
        () => wordsOf(error),
      );
    case 'not':
      return is('schema-together', () => wordsOf(error) ?? 'is not allowed here', none, 'key');
    case 'dependencies':
      return is('schema-together', () => `${String(params.property)} needs ${String(params.deps)} beside it`, none, 'key', [
        String(params.property),
      ]);
    default:
      return is('schema-limit', (text) => `must ${limitOf(error)}, not ${sizeOf(text, error)}`);
  }
}

/** What a number, a text, a list or a map has to be, as the rest of a sentence. */
function limitOf({ keyword, params, message }: SchemaError): string {
  const { limit = 0 } = params as { limit?: number };
  switch (keyword) {
    case 'minimum':
      return `be at least ${limit}`;
    case 'maximum':
      return `be at most ${limit}`;
    case 'exclusiveMinimum':
      return `be more than ${limit}`;
    case 'minLength':
      return limit === 1 ? 'be a text' : `have at least ${limit} characters`;
    case 'minItems':
    case 'minProperties':
      return `have at least ${limit} ${keyword === 'minItems' ? 'item' : 'key'}${limit === 1 ? '' : 's'}`;
    case 'maxItems':
      return `have at most ${limit} items`;
    case 'uniqueItems':
      return 'hold each item once';
    default:
      return message ?? 'be something else';
  }
}

function sizeOf(written: string | undefined, { keyword, data, params }: SchemaError): string {
  const { i = 0 } = params as { i?: number };
  if (keyword === 'uniqueItems') return `${quoted(undefined, (data as readonly unknown[])[i])} twice`;
  if (Array.isArray(data)) return data.length === 0 ? 'none' : String(data.length);
  return isMap(data) ? 'none' : data === '' ? 'an empty one' : quoted(written, data);
}

/** What YAML 1.1 takes for true and false, and YAML 1.2 for texts. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['yes', 'on', 'y'].map((word) => [word, true] as const),
  ...['no', 'off', 'n'].map((word) => [word, false] as const),
]);

const NOUNS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
  null: 'empty',
};

/** The first sentence of the description of what was not met, as the rest of a sentence. */
function wordsOf({ parentSchema }: SchemaError): string | undefined {
  const { description } = (parentSchema ?? {}) as { description?: string };
  return description && description.charAt(0).toLowerCase() + description.slice(1).replace(/\.( [A-Z].*)?$/, '');
}

function quoted(written: string | undefined, data: unknown): string {
  if (written !== undefined) return typeof data === 'string' ? `"${written}"` : written || 'empty';
  const text = JSON.stringify(data) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
