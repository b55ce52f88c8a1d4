// The expressions and templates of a playbook: each is parsed where it stands, and its names are held against what is known at that point.
import { asText } from '../base/data.ts';
import { ExpressionError } from '../expressions/error.ts';
import { type Expression, parseExpression } from '../expressions/parse.ts';
import { parseTemplate } from '../expressions/template.ts';
import { ITEM, inspect } from './names.ts';
import { entriesOf, type Findings, itemsOf, type Place } from './place.ts';
import { readFactsSchema } from './schema.ts';
import { isExpression, type ShapeSchema, subschemas } from './shape.ts';

/** Words of the expression language, what a loop calls its item, and the one name that is no plain property: none of them could be a name. */
const RESERVED = new Set('item and or not in is if else true false none null True False None KiB MiB GiB __proto__'.split(' '));

/** Names that every expression sees. */
const BUILT_IN: readonly (readonly [string, ShapeSchema])[] = [
  ['inventory_hostname', { type: 'string' }],
  [
    'run',
    {
      type: 'object',
      properties: { id: { type: 'string' }, stamp: { type: 'string' }, check: { type: 'boolean' }, directory: { type: 'string' } },
    },
  ],
];

/** Reads texts from the top of a playbook to its end: names are declared as they come. */
export class Texts {
  readonly #findings: Findings;
  readonly #isComplete: () => boolean;
  readonly #known = new Map<string, ShapeSchema>(BUILT_IN);
  /** registers that are still to come, with the steps that set them */
  readonly #later = new Map<string, string>();

  /** `isComplete`: false where names may be declared in what could not be read; then none is called unknown. */
  constructor(findings: Findings, isComplete: () => boolean) {
    this.#findings = findings;
    this.#isComplete = isComplete;
    this.#known.set('facts', readFactsSchema());
  }

  /** An input or variable, known from here on. `taken` says what its name already is, where that is so. */
  declare(name: string, place: Place, taken: string): void {
    if (this.#known.has(name)) this.#findings.report(place, { rule: 'duplicate-name', message: `${name} is ${taken}`, part: 'key' });
    this.#reserved(name, place, 'key');
    this.#known.set(name, {});
  }

  /** A register that some step will set: announced before any step is read, so that a use too early can be told from a name that is nowhere. */
  announce(name: string, place: Place, step: string): void {
    this.#reserved(name, place, 'value');
    const by = this.#later.get(name);
    if (this.#known.has(name)) {
      const message = `${name} is already an input, a variable or a name of the runner's own`;
      this.#findings.report(place, { rule: 'duplicate-name', message });
    } else if (by !== undefined) {
      this.#findings.report(place, { rule: 'duplicate-name', message: `${name} is registered by "${by}" already` });
    } else this.#later.set(name, step);
  }

  /** From here on an announced register can be used. */
  register(name: string, shape: ShapeSchema): void {
    this.#known.set(name, shape);
    this.#later.delete(name);
  }

  /** A bare expression; undefined also where it is wrong, which is reported then. */
  bare(place: Place): Expression | undefined {
    const { value } = place;
    if (typeof value !== 'string') return undefined;
    if (value.includes('{{')) {
      this.#findings.report(place, {
        rule: 'expression-braces',
        message: 'this is an expression already',
        hint: 'write it without {{ }}',
      });
      return undefined;
    }
    return this.#syntax(place, () => {
      const expression = parseExpression(value);
      this.#names(expression, place);
      return expression;
    });
  }

  /** Every string at and below a place: a bare expression where the schema says so, a template elsewhere. */
  strings(place: Place, schemas: readonly ShapeSchema[] = []): void {
    const { value } = place;
    if (typeof value === 'string') {
      if (schemas.some(isExpression)) this.bare(place);
      else if (value.includes('{')) this.#template(value, place);
    }
    for (const [i, item] of itemsOf(place).entries()) this.strings(item, subschemas(schemas, i));
    for (const [key, item] of entriesOf(place)) this.strings(item, subschemas(schemas, key));
  }

  /** Does the work where `item` is known to be of this shape; undefined: where there is none. */
  withItem<Result>(shape: ShapeSchema | undefined, work: () => Result): Result {
    if (shape) this.#known.set(ITEM, shape);
    const result = work();
    this.#known.delete(ITEM);
    return result;
  }

  /** What is known of the value of one whole {{ expression }}; undefined for any other string. */
  wholeExpression(place: Place): readonly ShapeSchema[] | undefined {
    const parts = this.#syntax(place, () => parseTemplate(asText(place.value)).parts);
    if (parts === undefined) return [{}];
    const [part, ...more] = parts;
    return part === undefined || typeof part === 'string' || more.length > 0 ? undefined : (this.#names(part, place) ?? [{}]);
  }

  #template(text: string, place: Place): void {
    this.#syntax(place, () => {
      for (const part of parseTemplate(text).parts) if (typeof part !== 'string') this.#names(part, place);
    });
  }

  /** Reports what is not known, and tells what is known of the value. */
  #names(expression: Expression, place: Place): readonly ShapeSchema[] | undefined {
    const names = { known: this.#known, later: this.#later, isComplete: this.#isComplete() };
    const { faults, shapes } = inspect(expression.root, names);
    for (const { start, end, ...fault } of faults) this.#findings.report(place, { ...fault, span: { start, end } });
    return shapes;
  }

  #reserved(name: string, place: Place, part: 'key' | 'value'): void {
    if (!RESERVED.has(name)) return;
    const message = `${name} means something else in expressions`;
    this.#findings.report(place, { rule: 'reserved-name', message, hint: 'choose another name', part });
  }

  #syntax<Result>(place: Place, parse: () => Result): Result | undefined {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const { message, hint, start, end } = error;
      this.#findings.report(place, { rule: 'expression-syntax', message, hint, span: { start, end } });
      return undefined;
    }
  }
}
