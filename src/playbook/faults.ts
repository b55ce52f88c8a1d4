// What a schema's validator has found, as sentences in the words of whoever wrote the data.
import { asText } from '../base/data.ts';
import { didYouMean, nearest } from '../base/nearest.ts';
import type { RuleId } from '../base/rules.ts';
import type { Path } from '../base/yaml.ts';
import type { ShapeSchema } from './shape.ts';
import type { SchemaError } from './validators.ts';

/** One of its findings. `written` is the text of the value in its file, where it is a scalar of one. */
export interface Fault {
  readonly rule: RuleId;
  readonly data: unknown;
  readonly path: Path;
  readonly part: 'key' | 'value';
  readonly message: (written: string | undefined) => string;
  readonly hint: (written: string | undefined) => string | undefined;
  /** as in a Problem */
  readonly about: string | undefined;
}

/** What an error says besides where it is; `more` leads on from there. */
interface Words {
  readonly rule: RuleId;
  readonly message: string | Fault['message'];
  readonly hint?: string | undefined | Fault['hint'];
  readonly part?: Fault['part'];
  readonly more?: string;
  readonly about?: string | undefined;
}

export function faultOf(error: SchemaError): Fault {
  const { rule, message, hint, part = 'value', more, about } = wordsOf(error);
  return {
    rule,
    data: error.data,
    path: more === undefined ? pathOf(error) : [...pathOf(error), more],
    part,
    message: typeof message === 'string' ? () => message : message,
    hint: typeof hint === 'function' ? hint : () => hint,
    about,
  };
}

function pathOf({ instancePath }: SchemaError): Path {
  const parts = instancePath.split('/').slice(1);
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
}

function wordsOf(error: SchemaError): Words {
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'required':
      return missing([String(params.missingProperty)]);
    case 'additionalProperties':
      return unknownKey(String(params.additionalProperty), Object.keys((error.parentSchema as ShapeSchema).properties ?? {}));
    case 'enum':
    case 'const':
      return otherValue(error, ((params.allowedValues as readonly unknown[]) ?? [params.allowedValue]).map(String));
    case 'type':
      return otherKind(error, [params.type].flat().map(String));
    case 'pattern':
      return otherForm(error, String(params.pattern));
    case 'oneOf':
    case 'anyOf':
      return noneOf(error);
    case 'not':
      return { rule: 'schema-together', message: descriptionOf(error) ?? 'is not allowed here', part: 'key' };
    case 'dependencies': {
      const key = String(params.property);
      return { rule: 'schema-together', message: `${key} needs ${String(params.deps)} beside it`, part: 'key', more: key };
    }
    default:
      return { rule: 'schema-limit', message: (text) => `must ${limitOf(error)}, not ${sizeOf(text, error)}` };
  }
}

function missing(keys: readonly string[]): Words {
  return {
    rule: 'schema-required',
    message: `${keys.join(' or ')} is missing`,
    part: 'key',
    about: keys.length === 1 ? keys[0] : undefined,
  };
}

function unknownKey(key: string, allowed: readonly string[]): Words {
  const hint = didYouMean(key, allowed) ?? `allowed: ${allowed.join(', ')}`;
  return { rule: 'schema-unknown-key', message: `unknown key ${key}`, hint, part: 'key', more: key, about: nearest(key, allowed) };
}

function otherValue(error: SchemaError, allowed: readonly string[]): Words {
  const list = allowed.join(', ').replace(/, ([^,]*)$/, ' or $1');
  const hint = didYouMean(asText(error.data), allowed);
  return { rule: 'schema-value', message: (text) => `must be ${list}, not ${found(text, error)}`, hint };
}

function otherKind(error: SchemaError, types: readonly string[]): Words {
  const wanted = types
    .map((type) => NOUNS[type] ?? type)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
  const isScalar = typeof error.data === 'number' || typeof error.data === 'boolean';
  const meant = types.includes('boolean') ? BOOLEANS.get(asText(error.data).toLowerCase()) : undefined;
  return {
    rule: 'schema-type',
    message: (text) => `must be ${wanted}, not ${found(text, error)}`,
    hint: (text) => {
      if (meant !== undefined) return `write ${meant}`;
      return isScalar && types.includes('string') && text !== undefined ? `write "${text}"` : undefined;
    },
  };
}

/** `patternErrorMessage` is what editors show, too. */
function otherForm(error: SchemaError, pattern: string): Words {
  const { propertyName: key } = error; // set where a key was held against the schema
  if (key !== undefined)
    return {
      rule: 'schema-pattern',
      message: `"${key}" is no name`,
      hint: 'write letters, digits and _, and no digit first',
      part: 'key',
      more: key,
    };
  const { patternErrorMessage = `must fit the pattern ${pattern}` } = error.parentSchema as { readonly patternErrorMessage?: string };
  return { rule: 'schema-pattern', message: (text) => `${patternErrorMessage}, not ${found(text, error)}` };
}

/** Where every form is but a key that has to be there, these are what is missing. */
function noneOf(error: SchemaError): Words {
  const forms = error.schema as readonly { readonly required?: readonly string[] }[];
  if (forms.every((form) => Object.keys(form).join() === 'required' && form.required?.length === 1))
    return missing(forms.flatMap(({ required = [] }) => required));
  return { rule: 'schema-choice', message: 'this is none of the forms allowed here', hint: descriptionOf(error) };
}

function found(written: string | undefined, { parentSchema, data }: SchemaError): string {
  return (parentSchema as ShapeSchema).sensitive ? 'what is written here' : quoted(written, data);
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
  return typeof data === 'object' ? 'none' : data === '' ? 'an empty one' : quoted(written, data);
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
function descriptionOf({ parentSchema }: SchemaError): string | undefined {
  const { description } = (parentSchema ?? {}) as { description?: string };
  return description && description.charAt(0).toLowerCase() + description.slice(1).replace(/\.( [A-Z].*)?$/, '');
}

function quoted(written: string | undefined, data: unknown): string {
  if (written !== undefined) return typeof data === 'string' ? `"${shortened(written)}"` : shortened(written) || 'empty';
  return shortened(JSON.stringify(data) ?? 'nothing');
}

const shortened = (text: string) => (text.length > 60 ? `${text.slice(0, 57)}…` : text);
