// A page for the terminal: what one thing is, and lists of what there is, wrapped to the width.
import { type Paint, painter } from './color.ts';
import { table } from './table.ts';
import { wrapped } from './words.ts';

/** What is told of one thing. Empty lists are left out. */
export interface Sheet {
  readonly name: string;
  readonly kind: string;
  readonly title: string;
  readonly text: string;
  /** label and value, a line or more each */
  readonly notes: readonly (readonly [label: string, value: string])[];
  /** each row has as many cells as the others of its list; the last cell is wrapped */
  readonly lists: readonly { readonly head: string; readonly rows: readonly (readonly string[])[] }[];
  /** text that keeps its lines: YAML */
  readonly blocks: readonly { readonly head: string; readonly text: string }[];
}

export interface SheetOptions {
  /** no line is longer, but for a single word or a line of a block that is */
  readonly columns: number;
  readonly color: boolean;
}

const LABEL_WIDTH = 10;

/** Ends with a line break. */
export function sheetText(sheet: Sheet, options: SheetOptions): string {
  const paint = painter(options.color);
  const head = sheet.title === '' || sheet.title === sheet.name ? '' : `: ${sheet.title}`;
  const parts = [
    [`${paint('strong', sheet.name)}${head}  ${paint('quiet', `(${sheet.kind})`)}`],
    wrapped(sheet.text, options.columns - 2).map((line) => `  ${line}`),
    sheet.notes.flatMap(([label, value]) => noteLines(label, value, options, paint)),
    ...sheet.lists.filter(({ rows }) => rows.length > 0).map((list) => listLines(list, options, paint)),
    ...sheet.blocks.map(({ head: title, text }) => [
      paint('strong', title),
      ...text
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`.trimEnd()),
    ]),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function noteLines(label: string, value: string, { columns }: SheetOptions, paint: Paint): string[] {
  return wrapped(value, columns - LABEL_WIDTH - 2).map(
    (line, i) => `  ${paint('quiet', (i === 0 ? label : '').padEnd(LABEL_WIDTH))}${line}`,
  );
}

function listLines({ head, rows }: Sheet['lists'][number], { columns }: SheetOptions, paint: Paint): string[] {
  const before = table(rows.map((row) => [...row.slice(0, -1), '|'])).map((line) => line.slice(0, -1));
  const lines = rows.flatMap((row, i) =>
    wrapped(row.at(-1)!, Math.max(24, columns - before[i]!.length - 2)).map((line, j) =>
      `  ${j === 0 ? before[i] : ' '.repeat(before[i]!.length)}${line}`.trimEnd(),
    ),
  );
  return [paint('strong', head), ...lines];
}

/** Names by heading, as many in a line as fit, and what to do next. Ends with a line break. */
export function namesText(
  groups: readonly { readonly head: string; readonly names: readonly string[] }[],
  next: string,
  { columns, color }: SheetOptions,
): string {
  const paint = painter(color);
  const blocks = groups.map(({ head, names }) =>
    [paint('strong', head), ...wrapped(names.join(', '), columns - 2).map((line) => `  ${line}`)].join('\n'),
  );
  return `${[...blocks, wrapped(next, columns).join('\n')].join('\n\n')}\n`;
}
