// Inventories in Ansible's YAML form: groups with hosts, children and vars.
import { isMap } from '../../base/data.ts';
import { withoutEchoes } from '../../base/echo.ts';
import type { Path, YamlDocument } from '../../base/yaml.ts';
import type { Vars } from '../inventory.ts';
import { schemaProblems } from '../schema.ts';
import type { Collector, Source } from './collector.ts';
import { readHostPattern } from './host_pattern.ts';

/** What does not fit the schema is told and passed over. */
export function readYamlInventory(document: YamlDocument, source: Source, collector: Collector): void {
  const { value } = document;
  if (value === null || value === undefined) return;
  for (const problem of withoutEchoes(schemaProblems('inventory.json', value, document, []), [document])) {
    const isList = /(^|\/)(hosts|children)$/.test(problem.path) && Array.isArray(at(value, problem.path));
    collector.problems.push(isList ? { ...problem, hint: 'write each as a key, with a colon after it' } : problem);
  }
  const reader = new GroupReader(document, source, collector);
  if (isMap(value)) for (const [group, body] of Object.entries(value)) reader.group([group], body);
}

const at = (value: unknown, path: string): unknown =>
  path.split('/').reduce<unknown>((data, key) => (isMap(data) ? data[key] : undefined), value);

class GroupReader {
  readonly #document: YamlDocument;
  readonly #source: Source;
  readonly #collector: Collector;

  constructor(document: YamlDocument, source: Source, collector: Collector) {
    this.#document = document;
    this.#source = source;
    this.#collector = collector;
  }

  /** In the order in which the keys are written: it is the order of hosts and groups. */
  group(path: Path, body: unknown): void {
    const name = String(path.at(-1));
    this.#collector.addGroup(name);
    if (!isMap(body)) return;
    for (const [key, part] of Object.entries(body)) {
      if (key === 'vars' && isMap(part)) this.#collector.giveGroup(name, this.#given(part, [...path, 'vars']));
      if (key === 'children') for (const [child, inner] of entriesOf(part)) this.#child(name, [...path, 'children', child], inner);
      if (key === 'hosts') for (const [pattern, vars] of entriesOf(part)) this.#host(name, [...path, 'hosts', pattern], vars);
    }
  }

  #child(group: string, path: Path, body: unknown): void {
    this.group(path, body);
    this.#collector.addChild(group, String(path.at(-1)), () => this.#document.positionOf(path, 'key'));
  }

  #host(group: string, path: Path, vars: unknown): void {
    const pattern = String(path.at(-1));
    const place = () => this.#document.positionOf(path, 'key');
    const found = readHostPattern(pattern);
    if ('fault' in found)
      return void this.#collector.report({ rule: 'inventory-range', position: place(), path, message: `${pattern} ${found.fault}` });
    const given = isMap(vars) ? this.#given(vars, path) : undefined;
    for (const host of found.hosts) {
      this.#collector.addHost(host, group, { source: this.#source, place, port: found.port });
      if (given) this.#collector.giveHost(host, given);
    }
  }

  #given(vars: Vars, path: Path) {
    return { vars, positionOf: (variable: string) => this.#document.positionOf([...path, variable], 'key') };
  }
}

/** A name alone stands for a map with that one key. */
function entriesOf(part: unknown): readonly (readonly [string, unknown])[] {
  if (typeof part === 'string') return [[part, null]];
  return isMap(part) ? Object.entries(part) : [];
}
