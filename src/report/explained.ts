// Where variables get their values, for people and for programs.
import type { Position } from '../base/errors.ts';
import { MASK } from '../base/secret.ts';
import { painter } from './color.ts';
import { table } from './table.ts';

/** One place that sets the variable. */
interface ExplainedLevel {
  readonly level: string;
  readonly of?: string;
  readonly value: unknown;
  readonly position: Position | undefined;
}

/** A variable of one host; the last level wins. Without a level the host does not have it. */
export interface Explained {
  readonly host: string;
  readonly levels: readonly ExplainedLevel[];
}

export interface ExplainedOptions {
  readonly variable: string;
  /** no value is shown but a reference to one */
  readonly isSensitive: (value: unknown) => boolean;
  readonly color: boolean;
}

/** A paragraph a host, the winning value in its first line. */
export function explainedText(rows: readonly Explained[], { variable, isSensitive, color }: ExplainedOptions): string {
  const paint = painter(color);
  const show = (value: unknown) => (isSensitive(value) ? MASK : JSON.stringify(value));
  const paragraphs = rows.map(({ host, levels }) => {
    const winner = levels.at(-1);
    if (winner === undefined) return `${host}: ${variable} is not set\n`;
    const cells = levels.map(({ level, of, value, position }) => [[level, of].filter(Boolean).join(' '), show(value), placeOf(position)]);
    const lines = table(cells).map((line, i) => `  ${i < cells.length - 1 ? paint('quiet', line) : line}\n`);
    return `${paint('strong', host)}: ${variable} is ${show(winner.value)}\n${lines.join('')}`;
  });
  return paragraphs.join('');
}

/** One object; `version` rises when a key changes its meaning or goes away. */
export function explainedJson(rows: readonly Explained[], { variable, isSensitive }: ExplainedOptions): string {
  const show = (value: unknown) => (isSensitive(value) ? MASK : value);
  const hosts = rows.map(({ host, levels }) => ({
    host,
    isSet: levels.length > 0,
    ...(levels.length > 0 && { value: show(levels.at(-1)!.value) }),
    levels: levels.map(({ level, of, value, position }) => ({ level, of, value: show(value), position })),
  }));
  return `${JSON.stringify({ version: 1, variable, hosts }, undefined, 2)}\n`;
}

const placeOf = (position: Position | undefined): string =>
  position === undefined ? '-e' : `${position.file}:${position.line}:${position.column}`;
