// What the schemas tell people of each key: the source of `switchyard explain` and of the pages in docs/.
import type { ShapeSchema } from './shape.ts';

/** As much of a JSON Schema as is told of. */
export interface ToldSchema extends ShapeSchema {
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, ToldSchema>>;
  readonly additionalProperties?: boolean | ToldSchema;
  readonly items?: ToldSchema;
  readonly oneOf?: readonly ToldSchema[];
  readonly anyOf?: readonly ToldSchema[];
  readonly then?: ToldSchema;
  readonly else?: ToldSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly enumDescriptions?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

export type Definitions = Readonly<Record<string, ToldSchema>>;

/** `name` is the way to it within its map: "wait", "indices[].documents". `default` is undefined where there is none. */
export interface Key {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** "integer from 1 to 16", "list of string" */
  readonly type: string;
  readonly required: boolean;
  readonly default: unknown;
  readonly values: readonly { readonly value: string; readonly means: string }[];
  readonly examples: readonly unknown[];
  /** may be another one at the next look although nothing was changed */
  readonly isVolatile: boolean;
}

/** The keys of a map and of the maps in it, in the order of the schema. What a schema refers to is told of where it is defined. */
export function keysOf(schema: ToldSchema, definitions: Definitions = {}, way = ''): readonly Key[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const name = `${way}${key}`;
    const told = { ...target(property, definitions), ...property };
    const isRequired = schema.required?.includes(key) ?? false;
    return [keyOf(name, told, isRequired, typeText(property, definitions)), ...membersOf(property, definitions, name)];
  });
}

function membersOf(property: ToldSchema, definitions: Definitions, name: string): readonly Key[] {
  const { items, additionalProperties: more } = property;
  return [
    ...keysOf(property, definitions, `${name}.`),
    ...(items ? keysOf(items, definitions, `${name}[].`) : []),
    ...(typeof more === 'object' ? keysOf(more, definitions, `${name}.*.`) : []),
  ];
}

function keyOf(name: string, told: ToldSchema, required: boolean, type: string): Key {
  const { title = '', description = '', enum: values = [], enumDescriptions = [], examples = [] } = told;
  return {
    name,
    title,
    description,
    type,
    required,
    default: told.default,
    values: values.map((value, i) => ({ value: String(value), means: enumDescriptions[i] ?? '' })),
    examples,
    isVolatile: told.volatile === true,
  };
}

function target({ $ref }: ToldSchema, definitions: Definitions): ToldSchema {
  return definitions[$ref?.replace('#/definitions/', '') ?? ''] ?? {};
}

/** What may be written, in a few words; what a schema refers to by its title, where it is a map of its own. */
export function typeText(schema: ToldSchema, definitions: Definitions = {}): string {
  if (schema.$ref !== undefined) {
    const referred = target(schema, definitions);
    return isMapOfItsOwn(referred) ? (referred.title ?? 'map') : typeText(referred, definitions);
  }
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  const either = schema.oneOf ?? schema.anyOf ?? (schema.then && schema.else ? [schema.else, schema.then] : undefined);
  if (either && schema.type === undefined) return either.map((one) => typeText(one, definitions)).join(' or ');
  if (schema.format === 'expression') return 'expression';
  return [schema.type ?? 'anything']
    .flat()
    .map((type) => kindText(type, schema, definitions))
    .join(' or ');
}

/** One with keys, or one of several kinds that all have. */
function isMapOfItsOwn({ properties, oneOf }: ToldSchema): boolean {
  return properties !== undefined || oneOf?.every((one) => one.properties !== undefined) === true;
}

function kindText(type: string, schema: ToldSchema, definitions: Definitions): string {
  if (type === 'array') return `list of ${schema.items ? together(typeText(schema.items, definitions)) : 'anything'}`;
  if (type === 'object') {
    const { additionalProperties: more } = schema;
    return typeof more === 'object' ? `map of ${together(typeText(more, definitions))}` : 'map';
  }
  return `${type}${limitText(type, schema)}`;
}

const together = (types: string) => (types.includes(' or ') ? `(${types})` : types);

function limitText(type: string, { minimum, exclusiveMinimum, maximum }: ToldSchema): string {
  if (type !== 'integer' && type !== 'number') return '';
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}`;
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  return minimum === undefined ? '' : ` from ${minimum} on`;
}
