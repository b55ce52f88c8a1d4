// Offsets of a text as lines and columns.
import type { Position } from './errors.ts';

/** Where offsets stand in a text. Lines end at a line feed, as in YAML and in editors. */
export class Lines {
  readonly #file: string;
  readonly #source: string;
  readonly #starts: number[] = [0];

  constructor(source: string, file: string) {
    this.#file = file;
    this.#source = source;
    for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** The place of what stands from `start` to `end`, without the blanks and line breaks at its end, but for the first character. */
  position(start: number, end: number): Position {
    const first = Math.min(start, this.#source.length); // the parser points behind the end at what is missing there
    let last = Math.min(Math.max(start, end), this.#source.length);
    while (last > start + 1 && /\s/.test(this.#source.charAt(last - 1))) last--; // a collection's range goes on to the next value
    const [line, column] = this.#place(first);
    const [endLine, endColumn] = this.#place(last);
    return { file: this.#file, line, column, endLine, endColumn };
  }

  /** The other way round. Line and column are those of a position in this text. */
  offsetAt(line: number, column: number): number {
    return this.#starts[line - 1]! + column - 1;
  }

  #place(offset: number): readonly [line: number, column: number] {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return [low + 1, offset - this.#starts[low]! + 1];
  }
}
