// Bytes as text, and what is wrong with a text before anything is read in it: encoding, control characters, characters that nobody sees.
import { isUtf8 } from 'node:buffer';
import type { RuleId } from './rules.ts';

/** `start` and `end` are offsets in the text. */
export interface TextFault {
  readonly rule: RuleId;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly hint?: string;
}

/** A byte that is not UTF-8 becomes this plus itself: a code unit that no text of UTF-8 has, so nothing is lost and the place is known. */
const ESCAPED = 0xdc00;

/** After so many the file is none of ours, and the rest of them may get lost. */
const MOST_ESCAPED = 2_000;

/** UTF-8 without the byte order mark. Never throws: textFaults tells of bytes that are not UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = isUtf8(buffer) ? buffer.toString('utf8') : decodePieces(buffer);
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function decodePieces(buffer: Buffer): string {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < buffer.length && parts.length < MOST_ESCAPED; ) {
    const length = characterAt(buffer, at);
    if (length > 0) at += length;
    else {
      parts.push(buffer.toString('utf8', start, at), String.fromCharCode(ESCAPED + buffer[at]!));
      start = ++at;
    }
  }
  return parts.join('') + buffer.toString('utf8', start);
}

/** How many bytes the character takes that begins here; 0: none does. */
function characterAt(buffer: Buffer, at: number): number {
  const byte = buffer[at]!;
  if (byte < 0x80) return 1;
  const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
  return isUtf8(buffer.subarray(at, at + length)) ? length : 0;
}

/** How many faults of one kind are told of one file. */
const MOST_TOLD = 20;

/** All of them, in order; the rest of a kind is counted in the last one that is told. */
export function textFaults(source: string): readonly TextFault[] {
  const encoding = encodingFaults(source);
  if (!isReadable(source)) return encoding;
  return [...encoding, ...characterFaults(source, CONTROL, controlFault), ...characterFaults(source, INVISIBLE, invisibleFault)];
}

/** Whether the text is so far from one that nothing can be read in it. */
export function isReadable(source: string): boolean {
  return !source.startsWith(UTF_16[0]!) && !source.startsWith(UTF_16[1]!) && !source.includes('\0');
}

/** The byte order marks of UTF-16, as decodeText hands them on. */
const UTF_16 = ['\uDCFF\uDCFE', '\uDCFE\uDCFF'];

function encodingFaults(source: string): readonly TextFault[] {
  const fault = (start: number, message: string, hint: string): readonly TextFault[] => [
    { rule: 'file-encoding', start, end: start + 1, message, hint },
  ];
  if (UTF_16.some((mark) => source.startsWith(mark))) return fault(0, 'the file is UTF-16', 'save it as UTF-8');
  const zero = source.indexOf('\0');
  if (zero >= 0 && zero < 100) return fault(zero, 'a zero byte stands here: this is no text, or UTF-16', 'save it as UTF-8');
  if (zero >= 0) return fault(zero, 'a zero byte stands here: this is no text', 'take it out');
  const escaped = [...source.matchAll(/[\uDC80-\uDCFF]/g)].filter(({ index }) => !isPair(source, index));
  const [first] = escaped;
  if (!first) return [];
  const byte = (first[0].charCodeAt(0) - ESCAPED).toString(16).toUpperCase();
  const offset = Buffer.byteLength(source.slice(0, first.index));
  const more = escaped.length > 1 ? `; ${escaped.length - 1} more follow` : '';
  return fault(first.index, `the byte 0x${byte} at offset ${offset} is not UTF-8${more}`, 'save the file as UTF-8');
}

const isPair = (source: string, index: number) => /[\uD800-\uDBFF]/.test(source.charAt(index - 1));

/** What YAML does not allow, and line ends that neither it nor an editor takes for such. */
const CONTROL = /(?![\t\n\r\u0085])\p{Cc}|[\uFFFE\uFFFF]|\r(?!\n)/gu;

/** Marks that turn the direction of what follows, characters without width, line ends of other worlds, and blanks in an indentation that are none. */
const INVISIBLE =
  /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]|[\u00AD\u200B\u2060\uFEFF\u0085\u2028\u2029]|[\u00A0\u2000-\u200A\u3000](?<=^[ \t]*.)/gm;

function characterFaults(source: string, pattern: RegExp, faultOf: (character: string) => Omit<TextFault, 'start' | 'end'>): TextFault[] {
  const faults: TextFault[] = [];
  let more = 0;
  for (const { 0: character, index } of source.matchAll(pattern)) {
    if (faults.length < MOST_TOLD) faults.push({ ...faultOf(character), start: index, end: index + 1 });
    else more++;
  }
  const last = faults.at(-1);
  return more > 0 && last ? [...faults.slice(0, -1), { ...last, message: `${last.message}; ${more} more follow` }] : faults;
}

function controlFault(character: string): Omit<TextFault, 'start' | 'end'> {
  const rule = 'control-character';
  if (character === '\r')
    return { rule, message: 'a carriage return without a line feed does not end a line', hint: 'save it with line feeds' };
  return { rule, message: `the control character ${codeOf(character)} cannot stand in YAML`, hint: `write "\\${escapeOf(character)}"` };
}

function invisibleFault(character: string): Omit<TextFault, 'start' | 'end'> {
  const turns = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/.test(character);
  const message = turns
    ? `${codeOf(character)} turns the direction of the text: what stands here is not what is seen`
    : `${codeOf(character)} cannot be seen, or looks like a blank and is none`;
  return { rule: 'invisible-character', message, hint: `take it out, or write "\\${escapeOf(character)}"` };
}

const codeOf = (character: string) => `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

const escapeOf = (character: string) => `u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
