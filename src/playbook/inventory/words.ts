// A line parted into words as Python's shlex does it, and with it Ansible's INI inventories: quotes, backslashes, and # from anywhere in a word.

/** `start` and `end` are offsets in the line, with quotes and backslashes. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** `fault` is the rest of a sentence about the line. */
export type Words = { readonly words: readonly Word[] } | { readonly fault: string; readonly start: number };

const WORD = /(?:[^\s#"'\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*')+/y;

/** What comes after # is a comment, also in the middle of a word. */
export function splitWords(line: string): Words {
  const words: Word[] = [];
  for (let at = 0; at < line.length; ) {
    const blank = /\s*/y;
    blank.lastIndex = at;
    at += blank.exec(line)![0].length;
    if (at >= line.length || line[at] === '#') break;
    WORD.lastIndex = at;
    const found = WORD.exec(line)?.[0] ?? '';
    const end = at + found.length;
    if (end < line.length && /["'\\]/.test(line.charAt(end))) return { fault: faultAt(line.charAt(end)), start: end };
    words.push({ text: unquoted(found), start: at, end });
    at = end;
  }
  return { words };
}

const faultAt = (character: string): string => (character === '\\' ? 'ends with a backslash' : `has a ${character} that is not closed`);

/** A backslash before anything but " and \ stands for itself within double quotes. */
function unquoted(word: string): string {
  return word.replace(/"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|\\([\s\S])/g, (_all, double?: string, single?: string, escaped?: string) =>
    double === undefined ? (single ?? escaped!) : double.replace(/\\(["\\])/g, '$1'),
  );
}
