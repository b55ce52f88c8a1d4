// The picture as text: whole, or fitted into the terminal by the ranks of its lines.
import type { Board, HostRow } from './board.ts';
import type { Paint } from './color.ts';
import type { Line } from './picture.ts';
import { counted } from './words.ts';

/** What a picture has to fit into, and `hosts`: the count that stands in for what does not ("12 running, 1 failed"). */
export interface Frame {
  readonly columns: number;
  readonly rows: number;
  readonly hosts: string;
}

/** "12 running, 1 failed, 487 waiting". */
export function tally(board: Board): string {
  const counts = new Map<HostRow['status'], number>([
    ['running', 0],
    ['failed', 0],
  ]);
  for (const { status } of board.hosts.values()) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count.toLocaleString('en')} ${status.replaceAll('_', ' ')}`)
    .join(', ');
}

/** The lines as text, each as wide as it is. */
export function whole(lines: readonly Line[], paint: Paint): string {
  return lines.map((each) => painted(each, textOf(each), paint)).join('\n');
}

/** The lines as text that fits: too wide ones are cut off or broken; where there are too many, running and failed ones stay and the rest is counted. */
export function fitted(lines: readonly Line[], paint: Paint, { columns, rows, hosts }: Frame): string {
  const wanted = lines.map((_, index) => index).sort((a, b) => lines[a]!.rank - lines[b]!.rank || a - b);
  const chosen: { readonly index: number; readonly texts: readonly string[] }[] = [];
  let used = 0;
  for (const index of wanted) {
    const texts = broken(lines[index]!, columns);
    if (used + texts.length > rows) break;
    chosen.push({ index, texts });
    used += texts.length;
  }
  if (chosen.length < lines.length) while (used >= rows && chosen.length > 0) used -= chosen.pop()!.texts.length; // room for the count
  const shown = chosen
    .sort((a, b) => a.index - b.index)
    .flatMap(({ index, texts }) => texts.map((text) => painted(lines[index]!, text, paint)));
  const hidden = lines.length - chosen.length;
  return [
    ...shown,
    ...(hidden === 0
      ? []
      : [paint('quiet', cutOff(`… ${counted(hidden, 'more line')}${hosts === '' ? '' : `; hosts: ${hosts}`}`, columns))]),
  ].join('\n');
}

function painted(each: Line, text: string, paint: Paint): string {
  return `${'  '.repeat(each.depth)}${paint(each.tone, text)}`;
}

function textOf({ icon, text }: Line): string {
  return icon === '' ? text : `${icon} ${text}`;
}

/** One text a row of the terminal, none wider than what is left beside the indentation. */
function broken(each: Line, columns: number): string[] {
  const width = Math.max(10, columns - 2 * each.depth);
  const letters = [...textOf(each)];
  if (letters.length <= width) return [letters.join('')];
  if (!each.wraps) return [cutOff(textOf(each), width)];
  const rows: string[] = [];
  let rest = letters;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const at = space > width / 2 ? space : width;
    rows.push(rest.slice(0, at).join(''));
    rest = ['  ', ...rest.slice(rest[at] === ' ' ? at + 1 : at)];
  }
  return [...rows, rest.join('')];
}

function cutOff(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, width - 1).join('')}…`;
}
