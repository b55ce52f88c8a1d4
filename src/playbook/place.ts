// A value of a file together with where it stands, and the faults that are found at such places. A playbook may be made of several files.
import { isMap } from '../base/data.ts';
import { withoutDoubts } from '../base/echo.ts';
import type { Position, Problem } from '../base/errors.ts';
import type { RuleId } from '../base/rules.ts';
import type { Path, YamlDocument } from '../base/yaml.ts';

/** A value and where it stands. `value` is undefined where nothing stands; the place is then its nearest ancestor's. */
export interface Place {
  readonly document: YamlDocument;
  readonly path: Path;
  readonly value: unknown;
}

export function rootOf(document: YamlDocument): Place {
  return { document, path: [], value: document.value };
}

/** The place of a key's value, whether it is there or not. */
export function at({ document, path, value }: Place, key: string): Place {
  return { document, path: [...path, key], value: isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined };
}

/** Each item of a list; nothing for anything else. */
export function itemsOf({ document, path, value }: Place): readonly Place[] {
  return Array.isArray(value) ? value.map((item, i) => ({ document, path: [...path, i], value: item })) : [];
}

/** Each key of a map with its value's place; nothing for anything else. */
export function entriesOf(place: Place): readonly (readonly [string, Place])[] {
  return isMap(place.value) ? Object.keys(place.value).map((key) => [key, at(place, key)] as const) : [];
}

/** The text of a key; undefined where it is not there or is no text. */
export function textAt(place: Place, key: string): string | undefined {
  const { value } = at(place, key);
  return typeof value === 'string' ? value : undefined;
}

/** The place of each text: one by itself, or a list of them. */
export function namesAt(place: Place): readonly Place[] {
  return (typeof place.value === 'string' ? [place] : itemsOf(place)).filter(({ value }) => typeof value === 'string');
}

/** "line:column" of a place, with its file where that is another one than the `from` it is told at. */
export function whereIs({ document, path }: Place, from: Place): string {
  const { file, line, column } = document.positionOf(path);
  return `${file === from.document.file ? '' : `${file}:`}${line}:${column}`;
}

/** What is wrong at a place. */
export interface Fault {
  readonly rule: RuleId;
  readonly message: string;
  readonly hint?: string | undefined;
  /** as in a Problem */
  readonly about?: string | undefined;
  /** `key`: not the value is wrong but the key before it */
  readonly part?: 'key' | 'value';
  /** offsets in the string that stands at the place */
  readonly span?: { readonly start: number; readonly end: number };
}

/** Collects what is wrong. A file that is included twice has its faults once. */
export class Findings {
  readonly #problems = new Map<string, Problem>();

  /** Sorted by place; files in the order in which something was found in them. */
  get problems(): readonly Problem[] {
    const all = withoutDoubts([...this.#problems.values()]);
    const files = [...new Set(all.map(({ position }) => position.file))];
    return all.sort(
      ({ position: a, message }, { position: b, message: other }) =>
        files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column || message.localeCompare(other),
    );
  }

  add(problems: Iterable<Problem>): void {
    for (const problem of problems) {
      const { file, line, column }: Position = problem.position;
      this.#problems.set(JSON.stringify([file, line, column, problem.rule, problem.message]), problem);
    }
  }

  report({ document, path }: Place, { rule, message, hint, about, part, span }: Fault): void {
    const position = span ? document.positionIn(path, span.start, span.end) : document.positionOf(path, part);
    this.add([{ rule, position, path: path.join('/'), message, hint, about }]);
  }
}
