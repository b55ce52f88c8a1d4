// Which of a schema's alternatives was meant, by what was written: its faults are told, and not that none of the alternatives fits.
import type { ShapeSchema } from './shape.ts';
import type { SchemaError } from './validators.ts';

type Alternative = ShapeSchema & { readonly required?: readonly string[]; readonly enum?: readonly unknown[] };

/** Where the references of a schema lead. */
export interface Definitions {
  readonly definitions?: Readonly<Record<string, object>>;
}

export const isChoice = ({ keyword }: SchemaError): boolean => keyword === 'oneOf' || keyword === 'anyOf';

/** The errors without those of alternatives that were not meant. One of `oneOf` or `anyOf` is left where nobody can tell. */
export function meantErrors(errors: readonly SchemaError[], root: Definitions): readonly SchemaError[] {
  const choices = errors.filter(isChoice);
  if (choices.length === 0) return errors;
  const verdicts = Map.groupBy(
    choices.map((choice) => judge(choice, root)),
    ({ choice }) => choice.instancePath,
  );
  const isOut = (error: SchemaError) =>
    ancestors(error.instancePath).some((path) => verdicts.get(path)?.some((verdict) => isRuledOut(error, verdict)));
  return errors.flatMap((error) => {
    if (isOut(error)) return [];
    return isChoice(error) ? (verdicts.get(error.instancePath)!.find(({ choice }) => choice === error)!.told ?? []) : [error];
  });
}

/** The way itself, then what is around it. */
function ancestors(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_part, i) => parts.slice(0, parts.length - i).join('/'));
}

interface Verdict {
  readonly choice: SchemaError;
  /** what is told in the place of its error */
  readonly told: SchemaError | undefined;
  readonly ruledOut: readonly Alternative[];
  /** those of the kind of the data: only they can have faults below */
  readonly ofKind: readonly Alternative[];
}

function judge(choice: SchemaError, root: Definitions): Verdict {
  const alternatives = choice.schema as readonly Alternative[];
  const kinds = alternatives.map((alternative) => kindsOf(alternative, root));
  const ofKind = alternatives.filter((_alternative, i) => fits(choice.data, kinds[i]));
  if (ofKind.length === 0) {
    const type = [...new Set(kinds.flatMap((kind) => kind ?? []))];
    return { choice, told: { ...choice, keyword: 'type', params: { type } }, ruledOut: alternatives, ofKind };
  }
  const complete = ofKind.filter((alternative) => hasRequired(choice.data, alternative));
  const [meant, ...others] = ofKind.length === 1 ? ofKind : complete;
  if (meant === undefined || others.length > 0) return { choice, told: choice, ruledOut: alternatives, ofKind };
  return { choice, told: undefined, ruledOut: alternatives.filter((alternative) => alternative !== meant), ofKind };
}

/** An alternative that is referred to is known by its name, and that at the place of the choice only: it may be used below, too. */
function isRuledOut(error: SchemaError, { choice, ruledOut, ofKind }: Verdict): boolean {
  if (error === choice) return false;
  const all = choice.schema as readonly Alternative[];
  const isHere = error.instancePath === choice.instancePath;
  return ruledOut.some((alternative) => {
    if (!isHere && !ofKind.includes(alternative)) return false;
    if (error.schemaPath.startsWith(`${choice.schemaPath}/${all.indexOf(alternative)}/`)) return true;
    const { $ref } = alternative;
    return $ref !== undefined && isHere && error.schemaPath.startsWith(`${$ref}/`);
  });
}

/** The JSON types that a schema allows; undefined: any. */
function kindsOf(schema: Alternative, root: Definitions): readonly string[] | undefined {
  const { $ref, type, oneOf, anyOf, enum: values } = schema;
  if ($ref !== undefined) {
    const found = root.definitions?.[$ref.replace('#/definitions/', '')];
    return found && kindsOf(found as Alternative, root);
  }
  if (type !== undefined) return [type].flat();
  const inner = oneOf ?? anyOf;
  return inner ? inner.flatMap((one) => kindsOf(one, root) ?? []) : values?.map(kindOf);
}

function kindOf(data: unknown): string {
  if (data === null) return 'null';
  return Array.isArray(data) ? 'array' : typeof data;
}

/** Of a number that is not whole it is told that it must be. */
const fits = (data: unknown, kinds: readonly string[] | undefined): boolean =>
  kinds === undefined || kinds.includes(kindOf(data)) || (typeof data === 'number' && kinds.includes('integer'));

/** Of several maps the one is meant whose keys are there. */
function hasRequired(data: unknown, { required = [] }: Alternative): boolean {
  return typeof data !== 'object' || data === null || required.every((key) => Object.hasOwn(data, key));
}
