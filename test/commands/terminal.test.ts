// The command line at a real terminal: script(1) makes one. Everything that comes out of it is what a person would see.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { before, beforeEach, describe, it } from 'mocha';

const cli = resolve(import.meta.dirname, '../../src/cli.ts');
const directory = mkdtempSync(join(tmpdir(), 'switchyard-terminal-'));
writeFileSync(
  join(directory, 'ask.yml'),
  `apiVersion: switchyard/v1
name: ask
hosts: localhost
inputs:
  address: { type: string, default: none, description: d, prompt: Address }
  pass: { type: string, default: "", sensitive: true, description: d, prompt: Password }
stages:
  - name: one
    steps:
      - { name: see, command: { argv: [sh, -c, 'cat > "$1.typed"', sh, "{{ address }}"], chdir: ${directory}, stdin: "{{ pass }}" } }
`,
);

writeFileSync(
  join(directory, 'confirm.yml'),
  `apiVersion: switchyard/v1
name: confirm
hosts: localhost
stages:
  - name: look
    steps: [{ name: see, command: { argv: ['true'] } }]
  - name: write
    confirm: Write it?
    steps: [{ name: touch, command: { argv: [touch, confirmed], chdir: ${directory} } }]
`,
);

const quoted = (args: readonly string[]) => args.map((arg) => `'${arg}'`).join(' ');

/** Runs it at a terminal; each key sequence is typed when its text has been shown. `mode`: how the terminal is left. */
function atTerminal(args: readonly string[], keys: readonly (readonly [shown: string, typed: string])[], env: NodeJS.ProcessEnv = {}) {
  const line = `${quoted([process.execPath, cli, ...args])}; echo "exit=$?"; stty -a`;
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    cwd: directory,
    env: { ...process.env, HOME: directory, XDG_STATE_HOME: join(directory, 'state'), CI: '', NO_COLOR: '1', ...env },
    timeout: 15_000,
  });
  const left = [...keys];
  let screen = '';
  let from = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    const [shown, typed] = left[0] ?? [];
    const at = shown === undefined ? -1 : screen.indexOf(shown, from);
    if (at < 0) return;
    from = at + shown!.length;
    left.shift();
    child.stdin.write(typed!);
  });
  return new Promise<{ screen: string; exit: number; mode: string }>((done, fail) => {
    child.on('error', fail);
    child.on('close', () => {
      const [, exit = '-1', mode = ''] = /exit=(\d+)([\s\S]*)$/.exec(screen) ?? [];
      done({ screen: screen.replace(/exit=[\s\S]*$/, ''), exit: Number(exit), mode });
    });
  });
}

const isSane = (mode: string) => /(?<!-)\bicanon\b/.test(mode) && /(?<!-)\becho\b/.test(mode) && /(?<!-)\bisig\b/.test(mode);
const typedOf = (address: string) => readFileSync(join(directory, `${address}.typed`), 'utf8');
const hasTyped = () => readdirSync(directory).filter((name) => name.endsWith('.typed'));

describe('a question at the terminal', () => {
  before(function () {
    if (spawnSync('script', ['-qec', 'true', '/dev/null']).status !== 0) this.skip();
  });

  it('is put before the run; what is typed reaches the step, and a secret is neither echoed nor kept', async () => {
    const secret = 'pa$s "w#o\'r\\d';
    const { screen, exit, mode } = await atTerminal(
      ['run', 'ask.yml', '--output', 'json'],
      [
        ['Address (for localhost; Enter for none): ', '10.0.0.5\r'],
        ['Password (for localhost; Enter for none): ', `${secret}\r`],
      ],
    );
    assert.equal(exit, 0, screen);
    assert.equal(typedOf('10.0.0.5'), secret);
    assert.match(screen, /10\.0\.0\.5[\s\S]*Password[\s\S]*"kind":"run_started"/);
    const journals = readdirSync(join(directory, 'state/switchyard/runs')).map((id) =>
      readFileSync(join(directory, 'state/switchyard/runs', id, 'journal.jsonl'), 'utf8'),
    );
    for (const text of [screen, ...journals]) assert.ok(!text.includes(secret) && !text.includes('w#o'));
    assert.ok(isSane(mode), mode);
  });

  it('takes the default for Enter', async () => {
    const { exit } = await atTerminal(
      ['run', 'ask.yml'],
      [
        ['Address', '\r'],
        ['Password', '\r'],
      ],
    );
    assert.deepEqual([exit, typedOf('none')], [0, '']);
  });

  for (const [what, keys] of [
    ['at once', [['Address', '\x03']]],
    [
      'while a secret is typed',
      [
        ['Address', '10.0.0.6\r'],
        ['Password', 'hal\x03'],
      ],
    ],
  ] as const) {
    it(`is broken off by ^C ${what}: exit 130, nothing is done, the terminal is as it was`, async () => {
      const already = hasTyped();
      const { screen, exit, mode } = await atTerminal(['run', 'ask.yml'], keys);
      assert.equal(exit, 130, screen);
      assert.match(screen, /\r\naborted by the user\r\n$/);
      assert.ok(!screen.includes('hal'));
      assert.deepEqual(hasTyped(), already);
      assert.ok(isSane(mode), mode);
    });
  }

  it('is put before each change with --step; ^C takes it back, and nothing is changed', async () => {
    const words = ['run', 'ask.yml', '-e', 'address=10.0.0.7', '-e', 'pass=', '--step'];
    const { screen, exit, mode } = await atTerminal(words, [['(c)ontinue: ', '\x03']]);
    assert.equal(exit, 130, screen);
    assert.match(screen, /interrupted by SIGINT[\s\S]*localhost {2}one\/see {2}skipped {2}left out by --step/);
    assert.ok(!hasTyped().includes('10.0.0.7.typed'));
    assert.ok(isSane(mode), mode);
    assert.equal((await atTerminal(words, [['(c)ontinue: ', 'y\r']])).exit, 0);
    assert.ok(hasTyped().includes('10.0.0.7.typed'));
  });

  it('is an end for ^D: exit 2, nothing is done', async () => {
    const { screen, exit } = await atTerminal(['plan', 'ask.yml'], [['Address', '\x04']]);
    assert.equal(exit, 2, screen);
    assert.match(screen, /the input ended before address was answered/);
  });

  describe('before a stage', () => {
    const question = 'write: Write it? (for localhost; yes or no) ';
    const isDone = () => existsSync(join(directory, 'confirmed'));
    beforeEach(() => rmSync(join(directory, 'confirmed'), { force: true }));

    it('is put below the tree, which goes on below the answer', async () => {
      const { screen, exit, mode } = await atTerminal(['run', 'confirm.yml'], [[question, 'y\r']]);
      assert.deepEqual([exit, isDone(), isSane(mode)], [0, true, true], screen);
      const [before = '', after = ''] = screen.replaceAll('\u001b[?25h', '<cursor>').split(question);
      assert.match(before, /✔ look {2}1 changed[^\n]*\r\n {2}○ write\r\n<cursor>/);
      assert.match(after, /^[^\n]*y\r+\n[\s\S]*✔ localhost {2}ok {2}2 changed/);
    });

    it('is a no for n and for Enter: exit 8, and the stage is not begun', async () => {
      for (const no of ['n\r', '\r']) {
        const { screen, exit } = await atTerminal(['run', 'confirm.yml'], [[question, no]]);
        assert.deepEqual([exit, isDone()], [8, false], screen);
        assert.match(screen, /localhost {2}declined: write was not approved\r\n {2}state: done is what comes before it: look\r\n/);
      }
    });

    it('is given up for ^C: exit 130', async () => {
      const { screen, exit, mode } = await atTerminal(['run', 'confirm.yml'], [[question, '\x03']]);
      assert.deepEqual([exit, isDone(), isSane(mode)], [130, false, true], screen);
    });

    it('is answered by --yes, and where nobody can be asked nothing is begun', async () => {
      assert.deepEqual([(await atTerminal(['run', 'confirm.yml', '-y', '--no-input'], [])).exit, isDone()], [0, true]);
      rmSync(join(directory, 'confirmed'));
      const { screen, exit } = await atTerminal(['run', 'confirm.yml', '--no-input'], []);
      assert.equal(exit, 8, screen);
      assert.equal(
        screen,
        'somebody has to say yes before "write", and nobody can be asked here; nothing was begun\r\n  next: type it at a terminal, or say yes beforehand with --yes\r\n',
      );
    });

    it('is not put by a plan', async () => {
      const { screen, exit } = await atTerminal(['plan', 'confirm.yml', '--no-input'], []);
      assert.equal(exit, 0, screen);
      assert.match(screen, /✔ write {2}1 would change {2}[^\r]* {2}asks first: Write it\?\r\n/);
    });
  });

  for (const [what, args, env] of [
    ['for what -e gives', ['plan', 'ask.yml', '-e', 'address=x', '-e', 'pass='], {}],
    ['with --no-input', ['plan', 'ask.yml', '--no-input'], {}],
    ['where CI is set', ['plan', 'ask.yml'], { CI: 'true' }],
    ['by validate', ['validate', 'ask.yml', '-i', 'localhost,'], {}],
  ] as const) {
    it(`is not put ${what}`, async () => {
      const { screen, exit } = await atTerminal(args, [], env);
      assert.equal(exit, 0, screen);
      assert.ok(!/Address|Password/.test(screen), screen);
    });
  }
});
