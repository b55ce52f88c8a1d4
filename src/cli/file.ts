// Reading a file that somebody named: its text, or a sentence that says why not. Nothing here waits for what may never come.
import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { UsageError } from '../base/errors.ts';
import { decodeText } from '../base/text.ts';

/** Larger files are none of ours, and would fill the memory before anybody heard of it. */
const LARGEST = 32 * 2 ** 20;

/**
 * Throws a UsageError for what is no file or larger than `largest` bytes, and the error of the system where it is not there or may not be
 * read.
 */
export function readTextFile(path: string, largest = LARGEST): string {
  const stats = statSync(path);
  if (!stats.isFile() && !stats.isDirectory()) throw new UsageError(`${path} is ${kindOf(stats)}, not a file`);
  if (stats.size > largest) throw tooLarge(path, { size: stats.size, largest });
  const file = openSync(path, 'r');
  try {
    return decodeText(readAll(file, path, largest));
  } finally {
    closeSync(file);
  }
}

/** All of stdin. Throws a UsageError where it is too large. */
export const readStdin = (): string => decodeText(readAll(0, 'stdin', LARGEST));

/** In pieces, for the size that the system tells of some files is none. */
function readAll(file: number, path: string, largest: number): Uint8Array {
  const pieces: Buffer[] = [];
  const piece = Buffer.alloc(64 * 1024);
  for (let total = 0; ; ) {
    const length = readNext(file, piece);
    if (length === 0) return Buffer.concat(pieces);
    pieces.push(Buffer.from(piece.subarray(0, length)));
    total += length;
    if (total > largest) throw tooLarge(path, { size: total, largest });
  }
}

/** Waits for what is still to come: Node has made a pipe on stdin one that does not. */
function readNext(file: number, into: Buffer): number {
  for (;;) {
    try {
      return readSync(file, into);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function tooLarge(path: string, { size, largest }: { readonly size: number; readonly largest: number }): UsageError {
  const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;
  return new UsageError(`${path} has ${megabytes(size)}; a file of more than ${megabytes(largest)} is not read`);
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}
