import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { painter } from '../../../src/report/color.ts';
import { frameOf } from '../../../src/report/validation/frame.ts';

const look = { paint: painter(false), tone: 'bad' } as const;
const frame = (line: string, column: number, endColumn: number, endLine = 1) =>
  frameOf({ file: 'f', line: 1, column, endLine, endColumn }, line, look);

const FRAMES: readonly (readonly [what: string, got: readonly string[], expected: readonly string[]])[] = [
  ['a word', frame('a: bcd', 4, 7), ['  1 | a: bcd', '    |    ^^^']],
  ['nothing, at the end of a line', frame('a:', 3, 3), ['  1 | a:', '    |   ^']],
  ['the first line of what goes on', frame('a: [b,', 4, 3, 2), ['  1 | a: [b,', '    |    ^^^']],
  ['what stands behind a tab', frame('\ta: b', 5, 6), ['  1 | \ta: b', '    | \t   ^']],
  ['wide characters, and what stands behind them', frame('名前: 値 x', 5, 8), ['  1 | 名前: 値 x', '    |       ^^^^']],
  ['a character of two code units', frame('a: "🐘" x', 5, 7), ['  1 | a: "🐘" x', '    |     ^^']],
  ['a mark that is put on a letter', frame('e\u0301: x', 5, 6), ['  1 | e\u0301: x', '    |    ^']],
  ['what a terminal would obey', frame('a: \u001b[31mb\u202e', 9, 10), ['  1 | a: \ufffd[31mb\ufffd', '    |         ^']],
  ['the end of a file, behind its last character', frame('', 1, 1), ['  1 | ', '    | ^']],
];

describe('a frame', () => {
  for (const [what, got, expected] of FRAMES) it(`marks ${what}`, () => assert.deepEqual(got, expected));

  it('shows the part of a very long line that holds the place, and cuts no character in two', () => {
    const line = `${'a'.repeat(200)}HERE${'b'.repeat(200)}`;
    assert.deepEqual(frame(line, 201, 205), [`  1 | ${'a'.repeat(60)}HERE${'b'.repeat(56)}`, `    | ${' '.repeat(60)}^^^^`]);
    const elephants = `${'🐘'.repeat(100)}x${'🐘'.repeat(100)}`;
    assert.deepEqual(frame(elephants, 201, 202), [`  1 | ${'🐘'.repeat(30)}x${'🐘'.repeat(29)}`, `    | ${' '.repeat(60)}^`]);
  });

  it('does not show what a key names a secret', () => {
    assert.deepEqual(frame('  ansible_become_password: "corr', 28, 29), [
      '  1 |   ansible_become_password: *****',
      '    |                            ^',
    ]);
    assert.equal(frame('password: "{{ git_password }}"', 1, 9)[0], '  1 | password: "{{ git_password }}"');
    assert.equal(frame('git_password: { type: string }', 1, 9)[0], '  1 | git_password: { type: string }');
  });
});
