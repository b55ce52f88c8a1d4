// `loop` of a step: a list, or one whole {{ expression }} that gives one, and what is known of each item.
import type { Findings, Place } from './place.ts';
import { eitherOf, mayBeList, type ShapeSchema, shapeOf, subschemas } from './shape.ts';
import type { Texts } from './texts.ts';

export interface Loop {
  /** as written; undefined where it is wrong, which is reported */
  readonly items: readonly unknown[] | string | undefined;
  readonly item: ShapeSchema;
}

/** undefined: the step has no loop. */
export function readLoop(place: Place, { findings, texts }: { readonly findings: Findings; readonly texts: Texts }): Loop | undefined {
  const { value } = place;
  if (value === undefined) return undefined;
  if (Array.isArray(value)) {
    texts.strings(place);
    return { items: value, item: shapeOf(value, isTemplate).items ?? {} };
  }
  if (typeof value !== 'string') return { items: undefined, item: {} }; // the schema has told of it
  const shapes = isTemplate(value) ? texts.wholeExpression(place) : undefined;
  if (shapes?.some(mayBeList)) return { items: value, item: eitherOf(subschemas(shapes, 0)) };
  const hint = 'write a list, or one whole {{ expression }} that gives one';
  findings.report(place, { rule: 'loop-list', message: 'this is no list to go through', hint });
  return { items: undefined, item: {} };
}

const isTemplate = (value: unknown) => typeof value === 'string' && value.includes('{{');
