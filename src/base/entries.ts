// The keys of a map as they count: its own, then those that << brings in. Each map is looked into once.
import type { Entry, Tree } from './tree.ts';

/** What a key stands for in a map. `isMerged`: it comes from a map that << names. */
export interface Meant extends Entry {
  readonly isMerged: boolean;
}

export type MapTree = Extract<Tree, { kind: 'map' }>;
export type ScalarTree = Extract<Tree, { kind: 'scalar' }>;

/** What is wrong with the keys of a map; each is heard of once. */
export interface EntryFaults {
  readonly twice: (key: ScalarTree, first: ScalarTree, name: string) => void;
  readonly noText: (key: Tree | undefined, map: MapTree) => void;
  /** `why` is undefined for what is no map and no list of maps */
  readonly merge: (value: Tree, why?: 'circular' | 'unknown' | 'too many') => void;
}

/** How many entries << may bring in before the file is taken for an attack: maps that merge maps that merge maps. */
const MOST_MERGED = 1_000_000;

/** Looks into maps. The first of several maps that << names wins, and a key of its own wins over all of them. */
export class Entries {
  readonly #faults: EntryFaults;
  readonly #known = new Map<MapTree, ReadonlyMap<string, Meant>>();
  readonly #open = new Set<MapTree>();
  #merged = 0;

  constructor(faults: EntryFaults) {
    this.#faults = faults;
  }

  /** By key, in the order of the text; what is merged comes first. */
  of(map: MapTree): ReadonlyMap<string, Meant> {
    const known = this.#known.get(map);
    if (known) return known;
    this.#open.add(map);
    const entries = new Map<string, Meant>();
    const merges = map.entries.filter(isMerge);
    for (const { key } of merges.slice(1)) this.#faults.twice(key as ScalarTree, merges[0]!.key as ScalarTree, '<<');
    if (merges[0]?.value) this.#merge(merges[0].value, entries);
    this.#own(map, entries);
    this.#open.delete(map);
    this.#known.set(map, entries);
    return entries;
  }

  #own(map: MapTree, entries: Map<string, Meant>): void {
    for (const { key: written, value } of map.entries) {
      const key = written?.kind === 'alias' ? written.target : written;
      if (key?.kind !== 'scalar') {
        this.#faults.noText(written, map);
        continue;
      }
      if (isMerge({ key, value })) continue;
      const name = keyText(key);
      const first = entries.get(name);
      if (first && !first.isMerged) this.#faults.twice(written as ScalarTree, first.key as ScalarTree, name);
      entries.set(name, { key: written, value, isMerged: false });
    }
  }

  #merge(value: Tree, entries: Map<string, Meant>): void {
    const named = value.kind === 'alias' ? value.target : value;
    for (const part of named?.kind === 'list' ? named.items : [value]) {
      const map = part?.kind === 'alias' ? part.target : part;
      if (part?.kind === 'alias' && !map) this.#faults.merge(part, 'unknown');
      else if (map?.kind !== 'map') this.#faults.merge(part ?? value);
      else if (this.#open.has(map)) this.#faults.merge(part!, 'circular');
      else this.#bringIn(this.of(map), entries, part!);
    }
  }

  #bringIn(more: ReadonlyMap<string, Meant>, entries: Map<string, Meant>, from: Tree): void {
    const before = this.#merged;
    this.#merged += more.size;
    if (this.#merged > MOST_MERGED) {
      if (before <= MOST_MERGED) this.#faults.merge(from, 'too many');
      return;
    }
    for (const [name, entry] of more) if (!entries.has(name)) entries.set(name, { ...entry, isMerged: true });
  }
}

const isMerge = ({ key }: Entry) => key?.kind === 'scalar' && key.text === '<<' && key.style === 'PLAIN';

const keyText = ({ value, text }: ScalarTree) => (typeof value === 'string' ? value : text);
