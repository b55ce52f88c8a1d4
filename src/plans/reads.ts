// The files that a plan was made of, by what was in them.
import { relative } from 'node:path';
import { sha256 } from '../base/digest.ts';

export interface PlanFile {
  /** relative to the directory that the plan was made in */
  readonly path: string;
  readonly sha256: string;
}

/** Reads as `read` does, and remembers what was read. Paths are absolute; reading what is not there throws, and is not remembered. */
export class Reads {
  readonly #found = new Map<string, string>();
  readonly #directory: string;
  readonly #read: (path: string) => string;

  constructor(directory: string, read: (path: string) => string) {
    this.#directory = directory;
    this.#read = read;
  }

  readonly read = (path: string): string => {
    const text = this.#read(path);
    this.#found.set(relative(this.#directory, path), sha256(text));
    return text;
  };

  /** In the order in which they were first read. */
  get files(): readonly PlanFile[] {
    return [...this.#found].map(([path, hash]) => ({ path, sha256: hash }));
  }
}

/** What has become of the files of a plan, a sentence each. `now` has those that are there; one that is new to it counts, too. */
export function changedFiles(then: readonly PlanFile[], now: readonly PlanFile[]): readonly string[] {
  const before = new Map(then.map(({ path, sha256: hash }) => [path, hash]));
  const after = new Map(now.map(({ path, sha256: hash }) => [path, hash]));
  return [
    ...then.flatMap(({ path, sha256: hash }) => {
      if (!after.has(path)) return [`${path} is not there any more`];
      return after.get(path) === hash ? [] : [`${path} has changed`];
    }),
    ...now.filter(({ path }) => !before.has(path)).map(({ path }) => `${path} is new`),
  ];
}
