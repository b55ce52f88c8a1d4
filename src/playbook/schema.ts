// JSON Schemas: reading them, holding data against them, and telling what is wrong in the words of whoever wrote the data.
import { isMap } from '../base/data.ts';
import type { Problem } from '../base/errors.ts';
import { TaskError } from '../base/errors.ts';
import type { Path, YamlDocument } from '../base/yaml.ts';
import { isChoice, meantErrors } from './choices.ts';
import { type Fault, faultOf } from './faults.ts';
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
      about: fault.about,
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
  return meantErrors(validate.errors ?? [], readSchema(name.split('#')[0]!))
    .filter((error) => !open(error.data) && !isOpenChoice(error, open) && !['if', 'propertyNames'].includes(error.keyword))
    .map(faultOf);
}

/** A value of several possible shapes that holds a template may turn out to be any of them. */
function isOpenChoice(error: SchemaError, open: (data: unknown) => boolean): boolean {
  const holds = (part: unknown): boolean => open(part) || (typeof part === 'object' && part !== null && Object.values(part).some(holds));
  return isChoice(error) && holds(error.data);
}

/** What stands in the place of a bare expression once it was evaluated. The schema speaks of its text. */
const isEvaluated = (data: unknown): data is { source: string; value: unknown } =>
  isMap(data) && Object.keys(data).length === 2 && 'source' in data && 'value' in data;

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
