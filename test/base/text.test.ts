import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decodeText, isReadable, textFaults } from '../../src/base/text.ts';

const bytes = (...parts: readonly (string | readonly number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)));
const faultsOf = (text: string) =>
  textFaults(text).map(({ rule, start, end, message, hint }) => `${start}-${end} ${rule}: ${message}${hint ? `; ${hint}` : ''}`);

describe('a text of bytes', () => {
  it('is what it says where it is UTF-8, without its byte order mark', () => {
    assert.equal(decodeText(bytes('a: é 😀\n')), 'a: é 😀\n');
    assert.equal(decodeText(bytes([0xef, 0xbb, 0xbf], 'a: 1\n')), 'a: 1\n');
    assert.deepEqual(faultsOf('a: é 😀 \uFFFD\n\tb\r\n'), []);
  });

  const broken: readonly (readonly [what: string, bytes: Buffer, text: string, says: string])[] = [
    [
      'a letter of Latin-1',
      bytes('é', [0xe9], ' x'),
      'é\uDCE9 x',
      '1-2 file-encoding: the byte 0xE9 at offset 2 is not UTF-8; save the file as UTF-8',
    ],
    [
      'half a character at the end',
      bytes('a', [0xf0, 0x9f]),
      'a\uDCF0\uDC9F',
      '1-2 file-encoding: the byte 0xF0 at offset 1 is not UTF-8; 1 more follow; save the file as UTF-8',
    ],
    [
      'half of a surrogate pair',
      bytes([0xed, 0xa0, 0x80]),
      '\uDCED\uDCA0\uDC80',
      '0-1 file-encoding: the byte 0xED at offset 0 is not UTF-8; 2 more follow; save the file as UTF-8',
    ],
    [
      'too long a form',
      bytes([0xc0, 0xaf], 'x'),
      '\uDCC0\uDCAFx',
      '0-1 file-encoding: the byte 0xC0 at offset 0 is not UTF-8; 1 more follow; save the file as UTF-8',
    ],
    ['UTF-16', bytes([0xff, 0xfe], 'a\0:\0'), '\uDCFF\uDCFEa\0:\0', '0-1 file-encoding: the file is UTF-16; save it as UTF-8'],
    ['UTF-16 of the other kind', bytes([0xfe, 0xff], '\0a'), '\uDCFE\uDCFF\0a', '0-1 file-encoding: the file is UTF-16; save it as UTF-8'],
    [
      'UTF-16 without its mark',
      bytes('a\0:\0'),
      'a\0:\0',
      '1-2 file-encoding: a zero byte stands here: this is no text, or UTF-16; save it as UTF-8',
    ],
    [
      'a zero byte',
      bytes(' '.repeat(100), '\0'),
      `${' '.repeat(100)}\0`,
      '100-101 file-encoding: a zero byte stands here: this is no text; take it out',
    ],
  ];
  for (const [what, raw, text, says] of broken) {
    it(`keeps each byte and its place: ${what}`, () => {
      assert.equal(decodeText(raw), text);
      assert.deepEqual(faultsOf(text), [says]);
      assert.equal(isReadable(text), !/zero|UTF-16/.test(says));
    });
  }

  it('is decoded in no time, and with its first faults, where nothing of it is UTF-8', () => {
    const text = decodeText(Buffer.alloc(2 ** 20, 0xff));
    assert.equal(text.slice(0, 1000), '\uDCFF'.repeat(1000));
  });

  const characters: readonly (readonly [text: string, says: readonly string[]])[] = [
    ['a\u0007\tb', ['1-2 control-character: the control character U+0007 cannot stand in YAML; write "\\u0007"']],
    ['a\u007f', ['1-2 control-character: the control character U+007F cannot stand in YAML; write "\\u007F"']],
    ['a\rb\r\n', ['1-2 control-character: a carriage return without a line feed does not end a line; save it with line feeds']],
    [
      'a\u2066b',
      [
        '1-2 invisible-character: U+2066 turns the direction of the text: what stands here is not what is seen; take it out, or write "\\u2066"',
      ],
    ],
    ['a\u200bb', ['1-2 invisible-character: U+200B cannot be seen, or looks like a blank and is none; take it out, or write "\\u200B"']],
    [
      'a\n \u00a0b: x\u00a0y',
      ['3-4 invisible-character: U+00A0 cannot be seen, or looks like a blank and is none; take it out, or write "\\u00A0"'],
    ],
    ['👩‍👩‍👧 می‌خواهم', []],
  ];
  for (const [text, says] of characters) it(`tells of ${JSON.stringify(text)}`, () => assert.deepEqual(faultsOf(text), says));

  it('tells of twenty of a kind, and how many more there are', () => {
    const says = faultsOf('\u0001'.repeat(30));
    assert.equal(says.length, 20);
    assert.equal(says[19], '19-20 control-character: the control character U+0001 cannot stand in YAML; 10 more follow; write "\\u0001"');
  });
});
