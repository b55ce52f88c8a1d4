import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Secrets } from '../../src/base/secret.ts';
import { askFor } from '../../src/commands/questions.ts';
import type { Input } from '../../src/playbook/input.ts';
import type { Question } from '../../src/playbook/plan.ts';

const question = (name: string, input: Partial<Input>, hosts = ['trains-1']): Question => ({
  name,
  input: { type: 'string', description: 'd', sensitive: false, ...input, prompt: `${name}?` },
  hosts,
});

/** Asks, and types these lines; undefined is ^D. */
async function typed(questions: readonly Question[], lines: readonly (string | undefined)[]) {
  const left = [...lines];
  const shown: string[] = [];
  const secrets = new Secrets();
  const ask = async (text: string, { hidden }: { readonly hidden: boolean }) => {
    assert.ok(left.length > 0, `nobody answers: ${text}`);
    shown.push(`${text}${hidden ? '[hidden]' : ''}`);
    return left.shift();
  };
  const answers = await askFor(questions, ask, { secrets, stderr: (text) => void shown.push(text) });
  return { answers: Object.fromEntries(answers), shown, secrets };
}

describe('what nobody gave', () => {
  it('is asked for with the hosts it is for and what Enter stands for', async () => {
    const { shown } = await typed(
      [
        question('a', { default: '' }),
        question('b', { default: '2g' }, ['x', 'y']),
        question('c', { default: 'old', sensitive: true }, ['v', 'w', 'x', 'y', 'z']),
        question('d', {}),
      ],
      ['', '', '', 'x'],
    );
    assert.deepEqual(shown, [
      'a? (for trains-1; Enter for none): ',
      'b? (for x, y; Enter for 2g): ',
      'c? (for v, w, x and 2 more; Enter for the default): [hidden]',
      'd? (for trains-1): ',
    ]);
  });

  it('takes its default where nothing is typed', async () => {
    assert.deepEqual((await typed([question('a', { default: '' }), question('b', { default: '2g' })], ['', '  '])).answers, {});
  });

  it('is what was typed: blanks around it are dropped, but those of a secret are its own', async () => {
    const { answers, secrets } = await typed(
      [question('ip', { default: '' }), question('pass', { default: '', sensitive: true })],
      [' 10.0.0.5\t', ' pa$s "w#o\'rd '],
    );
    assert.deepEqual(answers, { ip: '10.0.0.5', pass: ' pa$s "w#o\'rd ' });
    assert.equal(secrets.mask('at 10.0.0.5 it is  pa$s "w#o\'rd .'), 'at 10.0.0.5 it is ********.');
  });

  it('is asked for again until it is of the wanted kind, and a sensitive one is never shown', async () => {
    const { answers, shown, secrets } = await typed(
      [question('n', { type: 'integer' }), question('key', { sensitive: true, pattern: '^x' })],
      ['', 'many', '3', 'hunter2', 'xyzzy'],
    );
    assert.deepEqual(answers, { n: 3, key: 'xyzzy' });
    assert.deepEqual(
      shown.filter((line) => line.endsWith('\n')),
      ['n is needed\n', 'n must be a whole number, not "many"\n', 'key is not of the kind that is wanted\n'],
    );
    assert.equal(secrets.mask('hunter2'), '********');
  });

  it('stops everything when the input ends: nothing begins that was not answered for', async () => {
    await assert.rejects(
      typed([question('a', { default: '' }), question('b', { default: '' })], [undefined]),
      /^UsageError: the input ended before a was answered; press Enter for the default, or give it with -e a=…$/,
    );
  });
});
