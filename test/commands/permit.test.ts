// run --step: a question before each change, on real local hosts.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import { playbookOf } from '../support/command_line.ts';
import { typist } from '../support/typed.ts';

describe('a run with --step', () => {
  let place: ReturnType<typeof typist>;
  let asked: string[];
  const made = (host: string) => readdirSync(join(place.directory, host)).filter((name) => !name.startsWith('.'));
  /** Answers one after another; at their end the input ends. */
  const answering = (...answers: readonly string[]) => ({
    ask: async (question: string) => {
      asked.push(question);
      return answers[asked.length - 1];
    },
  });
  const run = (words: readonly string[], circumstances = {}) => place.type(['run', 'play.yml', ...words], circumstances);

  beforeEach(() => {
    asked = [];
    place = typist();
    const make = (name: string) =>
      `- { name: ${name}, command: { argv: [touch, ${name}], chdir: "${place.directory}/{{ inventory_hostname }}", creates: ${name} } }`;
    const steps = ['- { name: fit, assert: { that: "true" } }', make('x'), make('y'), make('z')].join('\n');
    const head = `project_dir: "${place.directory}/{{ inventory_hostname }}"\n`;
    place.file('play.yml', playbookOf(steps, { hosts: '{ a: { ansible_connection: local }, b: { ansible_connection: local } }', head }));
    for (const host of 'ab') mkdirSync(join(place.directory, host));
  });

  it('asks before each change, and for nothing else; what is not wanted is left out', async () => {
    writeFileSync(join(place.directory, 'a', 'y'), '');
    const { exit, stdout } = await run(['--step', '-l', 'a'], answering('y', ''));
    assert.deepEqual(asked, ['a  one/x: run "touch x"? (y)es, (N)o, (c)ontinue: ', 'a  one/z: run "touch z"? (y)es, (N)o, (c)ontinue: ']);
    assert.deepEqual([exit, made('a')], [0, ['x', 'y']]);
    assert.match(stdout, /a {2}one\/z {2}skipped {2}left out by --step: run "touch z"\n/);
  });

  it('asks no more after c', async () => {
    const { exit } = await run(['--step', '-f', '1'], answering('n', 'c'));
    assert.deepEqual([exit, asked.length, made('a'), made('b')], [0, 2, ['y', 'z'], ['x', 'y', 'z']]);
  });

  it('changes nothing more when the input has ended', async () => {
    const { exit } = await run(['--step', '-f', '1'], answering('yes'));
    assert.deepEqual([exit, asked.length, made('a'), made('b')], [0, 2, ['x'], []]);
  });

  it('puts one question at a time, however many hosts come to one', async () => {
    let open = 0;
    const ask = async () => {
      assert.equal(++open, 1);
      await new Promise(setImmediate);
      open--;
      return 'y';
    };
    assert.equal((await run(['--step'], { ask })).exit, 0);
    assert.deepEqual(
      [made('a'), made('b')],
      [
        ['x', 'y', 'z'],
        ['x', 'y', 'z'],
      ],
    );
  });

  it('takes an interrupt for a no: the question is withdrawn, and nothing more is changed', async () => {
    let interrupted: ((signal: string, times: number) => void)[] = [];
    let name: string | undefined;
    const interrupt = {
      signal: new AbortController().signal,
      name: () => name,
      listen: (listener: (signal: string, times: number) => void) => void interrupted.push(listener),
    };
    const ask = (_question: string, { signal }: { signal?: AbortSignal }) => {
      const withdrawn = Promise.withResolvers<undefined>();
      signal?.addEventListener('abort', () => withdrawn.reject(new Error('aborted')));
      name = 'SIGINT';
      for (const listen of interrupted) listen('SIGINT', 1);
      interrupted = [];
      return withdrawn.promise;
    };
    const { exit, stdout } = await run(['--step', '-l', 'a'], { ask, interrupt });
    assert.deepEqual([exit, made('a')], [130, []]);
    assert.match(stdout, /a {2}one\/x {2}skipped {2}left out by --step: run "touch x"\n.*a {2}interrupted /);
  });

  const wrong: readonly (readonly [readonly string[], string])[] = [
    [['--step'], '--step asks before each change, and nobody sits at a terminal\n'],
    [['--step', '--no-input'], '--step asks before each change, and --no-input forbids every question\n'],
    [['--step', '-C'], '--step asks before each change, and --check makes none\n'],
    [['--step', '--output', 'tree'], '--step asks between the lines: give --output lines or json, not tree\n'],
  ];
  for (const [words, says] of wrong) {
    it(`is refused: ${words.join(' ')}`, async () => {
      const { exit, stdout, stderr } = await run(words, words.length === 1 ? {} : answering());
      assert.deepEqual([exit, stdout, stderr, asked], [2, '', says, []]);
    });
  }
});
