// What a bench finds, and how it is shown: ratios against the rival of the same run first, raw seconds and counts for whoever doubts them.
import { availableParallelism, cpus } from 'node:os';

/** One number that is judged. `budget` is the most it may be; without one it is told, not judged. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly budget?: number;
}

export interface Result {
  readonly figures: readonly Figure[];
  /** of each kind of run the seconds of every round, warm-up left out */
  readonly seconds: Readonly<Record<string, readonly number[]>>;
  readonly counts: Readonly<Record<string, number | readonly number[]>>;
}

/** What a bench works with: an empty directory that is removed afterwards, and a way to tell how far it is. */
export interface Workplace {
  readonly directory: string;
  readonly say: (text: string) => void;
}

export type Bench = (workplace: Workplace) => Promise<Result>;

export const holds = ({ value, budget }: Figure): boolean => budget === undefined || value <= budget;

/** The middle value; the mean of the two middle ones where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/** A table for a person: every figure with its budget, every kind of run with its median and spread. */
export function format({ figures, seconds }: Result): string {
  const judged = figures.map((figure) => [
    figure.name,
    `${rounded(figure.value)} ${figure.unit}`,
    figure.budget === undefined ? '' : `budget ${figure.budget} ${figure.unit}: ${holds(figure) ? 'holds' : 'MISSED'}`,
  ]);
  const raw = Object.entries(seconds).map(([name, values]) => [
    name,
    `${rounded(median(values))} s`,
    `${rounded(Math.min(...values))} to ${rounded(Math.max(...values))} s, ${values.length} runs`,
  ]);
  const rows = [...judged, ...raw];
  const width = (column: number) => Math.max(...rows.map((row) => row[column]!.length));
  const lines = rows.map(([name = '', value = '', note = '']) =>
    `${name.padEnd(width(0))}  ${value.padStart(width(1))}  ${note}`.trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** The same for programs, with the machine it was measured on. `version` rises when a key changes its meaning or goes away. */
export function toJson(bench: string, { figures, seconds, counts }: Result): string {
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model,
  };
  const judged = figures.map((figure) => ({ ...figure, holds: holds(figure) }));
  return `${JSON.stringify({ version: 1, bench, machine, figures: judged, seconds, counts }, undefined, 2)}\n`;
}

const rounded = (value: number) => value.toFixed(value < 10 ? 3 : 1);
