// Inventories in Ansible's INI form: [group], [group:children] and [group:vars], with the variables of a host in its line.
import type { Position } from '../../base/errors.ts';
import { didYouMean } from '../../base/nearest.ts';
import type { Collector, Source } from './collector.ts';
import { readHostPattern } from './host_pattern.ts';
import { readLiteral } from './literal.ts';
import { variableFaults } from './variables.ts';
import { splitWords, type Word } from './words.ts';

type Kind = 'hosts' | 'children' | 'vars';
const KINDS: readonly string[] = ['hosts', 'children', 'vars'];

const SECTION = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/;
const GROUP = /^([^:\]\s]+)\s*(?:#.*)?$/;

/** Every line that says nothing is told, and passed over. */
export function readIniInventory(text: string, source: Source, collector: Collector): void {
  const reader = new IniReader(source, collector);
  for (const [i, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries())
    reader.line(line, i + 1);
  reader.end();
}

/** A line without the blanks around it, and where it stands. */
interface Line {
  readonly text: string;
  readonly number: number;
  /** of its first character, from 1 */
  readonly column: number;
}

class IniReader {
  readonly #source: Source;
  readonly #collector: Collector;
  readonly #declared: Set<string>;
  /** groups that are named where a group is taken for granted */
  readonly #named: { readonly group: string; readonly position: Position; readonly where: string }[] = [];
  #group = 'ungrouped';
  #kind: Kind = 'hosts';

  constructor(source: Source, collector: Collector) {
    this.#source = source;
    this.#collector = collector;
    this.#declared = new Set(collector.groupNames());
  }

  line(whole: string, number: number): void {
    const text = whole.trim();
    if (text === '' || text.startsWith(';') || text.startsWith('#')) return;
    const line = { text, number, column: whole.length - whole.trimStart().length + 1 };
    if (text.startsWith('[') && (SECTION.test(text) || text.endsWith(']'))) this.#section(line);
    else if (this.#kind === 'hosts') this.#hosts(line);
    else if (this.#kind === 'vars') this.#variable(line);
    else this.#child(line);
  }

  /** A group may be used before the section that declares it. */
  end(): void {
    for (const { group, position, where } of this.#named) {
      if (this.#declared.has(group)) continue;
      const hint = didYouMean(group, this.#declared) ?? `write a section [${group}]`;
      this.#collector.report({ rule: 'inventory-unknown-group', position, message: `${where} ${group}, which is no group`, hint });
    }
  }

  #section(line: Line): void {
    const [, group, kind = 'hosts'] = SECTION.exec(line.text) ?? [];
    if (group === undefined) return void this.#fail(line, `${line.text} is no section`, 'write [group], [group:children] or [group:vars]');
    if (!KINDS.includes(kind))
      return void this.#fail(line, `a section is of hosts, children or vars, not ${kind}`, didYouMean(kind, KINDS));
    this.#group = group;
    this.#kind = kind as Kind;
    this.#collector.addGroup(group);
    if (kind === 'vars') this.#named.push({ group, position: this.#place(line), where: 'these are variables of' });
    else this.#declared.add(group);
  }

  #hosts(line: Line): void {
    const split = splitWords(line.text);
    if ('fault' in split) return void this.#fail(line, `the line ${split.fault}`, 'write "…" around the whole value');
    const [first, ...rest] = split.words;
    if (first === undefined) return;
    const pattern = first.text;
    const found = readHostPattern(pattern);
    const place = () => this.#place(line, first);
    if ('fault' in found)
      return void this.#collector.report({ rule: 'inventory-range', position: place(), message: `${pattern} ${found.fault}` });
    if (pattern === '---' || (pattern.endsWith(':') && found.port === undefined))
      return void this.#fail(line, `${pattern} is no host`, 'a file of YAML has a name that ends in .yml');
    const given = this.#given(line, rest);
    this.#collector.problems.push(...variableFaults(given));
    for (const host of found.hosts) {
      this.#collector.addHost(host, this.#group, { source: this.#source, place, port: found.port });
      this.#collector.giveHost(host, given);
    }
  }

  #given(line: Line, words: readonly Word[]) {
    const vars: Record<string, unknown> = {};
    const places = new Map<string, Word>();
    for (const word of words) {
      const equals = word.text.indexOf('=');
      if (equals < 0) this.#fail(line, `${word.text} is no variable of a host`, 'write name=value', word);
      else {
        vars[word.text.slice(0, equals)] = readLiteral(word.text.slice(equals + 1));
        places.set(word.text.slice(0, equals), word);
      }
    }
    return { vars, positionOf: (variable: string) => this.#place(line, places.get(variable)) };
  }

  #variable(line: Line): void {
    const equals = line.text.indexOf('=');
    if (equals < 0) return void this.#fail(line, `${line.text} is no variable`, 'write name=value');
    const vars = { [line.text.slice(0, equals).trim()]: readLiteral(line.text.slice(equals + 1).trim()) };
    const given = { vars, positionOf: () => this.#place(line) };
    this.#collector.problems.push(...variableFaults(given));
    this.#collector.giveGroup(this.#group, given);
  }

  #child(line: Line): void {
    const child = GROUP.exec(line.text)?.[1];
    if (child === undefined) return void this.#fail(line, `${line.text} is no name of a group`);
    const position = this.#place(line);
    this.#named.push({ group: child, position, where: `${this.#group} has the child` });
    this.#collector.addGroup(child);
    this.#collector.addChild(this.#group, child, () => position);
  }

  #fail(line: Line, message: string, hint?: string, word?: Word): void {
    this.#collector.report({ rule: 'inventory-ini', position: this.#place(line, word), message, hint });
  }

  #place({ text, number, column }: Line, word: Word | undefined = { text, start: 0, end: text.length }): Position {
    return { file: this.#source.name, line: number, column: column + word.start, endLine: number, endColumn: column + word.end };
  }
}
