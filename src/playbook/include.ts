// `include: file.yml` as an item of a list: the items of that file stand in its place, each keeping the file and place it was written at.
import { dirname, isAbsolute, join } from 'node:path';
import { isMap } from '../base/data.ts';
import { UsageError } from '../base/errors.ts';
import type { RuleId } from '../base/rules.ts';
import { parseYaml, type YamlDocument } from '../base/yaml.ts';
import { at, type Findings, itemsOf, type Place, rootOf } from './place.ts';
import { schemaProblems } from './schema.ts';

/** What a list is of. */
export type ListKind = 'stages' | 'steps' | 'handlers';

/** The text of a file; undefined where there is none of that name. Throws a UsageError for one that cannot be read. */
export type ReadFile = (file: string) => string | undefined;

/** Files that include each other many times over are taken for an attack. */
const MOST_ITEMS = 10_000;

/** Opens what is included, each file once. */
export class Includes {
  /** every file that was read, with its text */
  readonly sources: Map<string, string> = new Map();
  /** false: a file could not be read, or not all of it: there may be names that nobody has seen */
  isComplete = true;
  readonly #documents = new Map<string, YamlDocument>();
  readonly #read: ReadFile;
  readonly #findings: Findings;
  #items = 0;

  constructor(read: ReadFile, findings: Findings) {
    this.#read = read;
    this.#findings = findings;
  }

  /** The document of a text that was read elsewhere: the playbook itself. */
  open(file: string, text: string): YamlDocument {
    const document = parseYaml(text, file);
    this.sources.set(file, text);
    this.#documents.set(file, document);
    this.#findings.add([...document.problems, ...document.remarks()]);
    if (!document.isReadable) this.isComplete = false;
    return document;
  }

  /** every file that was read */
  get documents(): readonly YamlDocument[] {
    return [...this.#documents.values()];
  }

  /** The items of a list with those of included files in place of each include. */
  itemsOf(list: Place, kind: ListKind): readonly Place[] {
    const items = this.#expand(list, kind, [list.document.file]);
    return this.#items > MOST_ITEMS ? [] : items;
  }

  #expand(list: Place, kind: ListKind, chain: readonly string[]): readonly Place[] {
    return itemsOf(list).flatMap((item) => {
      if (++this.#items > MOST_ITEMS) return this.#tooMany(item);
      if (!isMap(item.value) || !Object.hasOwn(item.value, 'include')) return [item];
      const included = this.#listOf(at(item, 'include'), kind, chain);
      if (included === undefined) this.isComplete = false;
      return included === undefined ? [] : this.#expand(included, kind, [...chain, included.document.file]);
    });
  }

  /** undefined where there is no such list, which is reported. */
  #listOf(place: Place, kind: ListKind, chain: readonly string[]): Place | undefined {
    if (typeof place.value !== 'string') return undefined; // the schema has told of it
    const fault = (rule: RuleId, message: string, hint?: string) => void this.#findings.report(place, { rule, message, hint });
    if (place.value.includes('{{')) {
      fault('include-template', 'an include takes no template', 'write the name of the file; a step chooses with when');
      return undefined;
    }
    const file = isAbsolute(place.value) ? place.value : join(dirname(place.document.file), place.value);
    if (chain.includes(file)) {
      fault('include-cycle', `${[...chain.slice(chain.indexOf(file)), file].join(' includes ')}`, 'a file cannot include itself');
      return undefined;
    }
    const document = this.#documents.get(file) ?? this.#opened(file);
    if (typeof document === 'string') {
      fault('include-missing', document, 'the name is relative to the file that includes it');
      return undefined;
    }
    return this.#judged(rootOf(document), place, kind);
  }

  /** A sentence where it cannot be opened. */
  #opened(file: string): YamlDocument | string {
    try {
      const text = this.#read(file);
      return text === undefined ? `there is no file ${file}` : this.open(file, text);
    } catch (error) {
      if (error instanceof UsageError) return error.message;
      throw error;
    }
  }

  /** A list of the other kind is told of at the include: in the file itself every line would be wrong. */
  #judged(root: Place, include: Place, kind: ListKind): Place | undefined {
    const { document, value } = root;
    const wrong = otherKind(value, kind);
    if (wrong === undefined) {
      this.#findings.add(schemaProblems(`playbook.json#/definitions/${kind}`, value, document, []));
      return root;
    }
    if (document.value !== undefined || document.isReadable) {
      const message = `${document.file} is ${wrong}; a list of ${kind} is wanted here`;
      this.#findings.report(include, { rule: 'include-kind', message });
    }
    return undefined;
  }

  #tooMany(item: Place): readonly Place[] {
    if (this.isComplete)
      this.#findings.report(item, {
        rule: 'include-bomb',
        message: `the playbook has more than ${MOST_ITEMS} items with what is included`,
      });
    this.isComplete = false;
    return [];
  }
}

/** What a value is if it is no list of that kind. Steps and handlers are written alike. */
function otherKind(value: unknown, kind: ListKind): string | undefined {
  if (value === undefined || value === null) return 'empty';
  if (isMap(value)) return Object.hasOwn(value, 'apiVersion') ? 'a playbook of its own' : 'a map';
  if (!Array.isArray(value)) return 'a text';
  const areStages = value.length > 0 && value.every((item) => isMap(item) && Object.hasOwn(item, 'steps'));
  if (areStages && kind !== 'stages') return 'a list of stages';
  const areSteps =
    value.length > 0 && value.every((item) => isMap(item) && !Object.hasOwn(item, 'steps') && !Object.hasOwn(item, 'include'));
  return areSteps && kind === 'stages' ? 'a list of steps' : undefined;
}
