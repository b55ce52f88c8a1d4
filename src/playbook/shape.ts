// JSON Schemas as descriptions of data: which part of a schema a part of the data belongs to. Used to find bare expressions among
// arguments, and to know which attributes facts and registers have.

/** As much of a JSON Schema as is looked into here. */
export interface ShapeSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, ShapeSchema>>;
  readonly additionalProperties?: boolean | ShapeSchema;
  readonly items?: ShapeSchema;
  readonly oneOf?: readonly ShapeSchema[];
  readonly anyOf?: readonly ShapeSchema[];
  readonly sensitive?: boolean;
  /** may be another one at the next look although nothing was changed: sizes, counts, times */
  readonly volatile?: boolean;
}

/** A schema with its alternatives laid out. */
export function alternatives(schema: ShapeSchema): readonly ShapeSchema[] {
  const either = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  return either.length === 0 ? [schema] : [schema, ...either.flatMap(alternatives)];
}

/** The schemas that a member of data described by `schemas` has to meet. Empty: nothing is known of it. */
export function subschemas(schemas: readonly ShapeSchema[], key: string | number): readonly ShapeSchema[] {
  return schemas.flatMap(alternatives).flatMap((schema) => {
    if (typeof key === 'number') return schema.items ? [schema.items] : [];
    if (schema.properties && Object.hasOwn(schema.properties, key)) return [schema.properties[key]!];
    return typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [];
  });
}

/** Strings here are bare expressions, not templates. */
export function isExpression(schema: ShapeSchema): boolean {
  return alternatives(schema).some(({ format }) => format === 'expression');
}

/** Every name that is allowed under it is known: an object that declares properties and no additional ones, or a scalar. */
export function isClosed(schema: ShapeSchema): boolean {
  return alternatives(schema).every((one) => {
    if (one.oneOf || one.anyOf) return true; // its alternatives are asked
    if (one.properties) return one.additionalProperties === undefined || one.additionalProperties === false;
    return typeof one.type === 'string' && !['object', 'array'].includes(one.type);
  });
}

/** A copy of data without what its schema calls volatile: what two looks at an unchanged host have in common. */
export function steadyPart(data: unknown, schemas: readonly ShapeSchema[]): unknown {
  const of = (key: string | number) => subschemas(schemas, key);
  if (Array.isArray(data)) return data.map((item, i) => steadyPart(item, of(i)));
  if (typeof data !== 'object' || data === null) return data;
  const steady = Object.entries(data).filter(([key]) => !of(key).some(({ volatile }) => volatile === true));
  return Object.fromEntries(steady.map(([key, item]) => [key, steadyPart(item, of(key))]));
}

/** The names of the members of an object described by the schema. */
export function namesIn(schema: ShapeSchema): readonly string[] {
  return alternatives(schema).flatMap(({ properties }) => Object.keys(properties ?? {}));
}

/** The shape of data that is written out. Of what `isOpen` nothing is known. */
export function shapeOf(data: unknown, isOpen: (data: unknown) => boolean): ShapeSchema {
  if (isOpen(data)) return {};
  if (Array.isArray(data)) return { type: 'array', items: eitherOf(data.map((item) => shapeOf(item, isOpen))) };
  if (typeof data !== 'object' || data === null) return data === null ? {} : { type: typeof data };
  return { type: 'object', properties: Object.fromEntries(Object.entries(data).map(([key, item]) => [key, shapeOf(item, isOpen)])) };
}

/** What has one of these shapes. */
export function eitherOf(shapes: readonly ShapeSchema[]): ShapeSchema {
  return shapes.length === 1 ? shapes[0]! : shapes.length === 0 ? {} : { anyOf: shapes };
}

/** Whether data of this shape may be a list. */
export function mayBeList(schema: ShapeSchema): boolean {
  return alternatives(schema).some(({ type, oneOf, anyOf }) => (type === undefined ? !oneOf && !anyOf : [type].flat().includes('array')));
}

/** What a step with a loop registers: the outputs for each item, with the item. */
export function resultsOf(outputs: ShapeSchema, item: ShapeSchema): ShapeSchema {
  const one = { ...outputs, properties: { ...outputs.properties, item } };
  return { type: 'object', properties: { results: { type: 'array', items: one } } };
}
