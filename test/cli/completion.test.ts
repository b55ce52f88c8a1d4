// The completion scripts: bash's is run by a bash; those of the other shells are held to name every command and option.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { describe, it } from 'mocha';
import { completionScript } from '../../src/cli/completion.ts';

const cli = resolve(import.meta.dirname, '../../src/cli.ts');

/** A small command line with everything that a script has to deal with. */
function small(): Command {
  const program = new Command('switchyard').version('1', '-V, --version', 'print the version').option('--no-color', 'no colour');
  program
    .command('plan <playbook>')
    .description("look, and say: what's to change")
    .option('-i, --inventory <file>', 'hosts [many]')
    .addOption(new Option('--output <kind>', 'how').choices(['tree', 'json']));
  program.command('route').description('the way').requiredOption('--from <release>', 'what is installed');
  return program;
}

function completed(script: string, ...words: readonly string[]): readonly string[] {
  const typed = words.map((word) => `'${word}'`).join(' ');
  const text = `${script}\nCOMP_WORDS=(switchyard ${typed}); COMP_CWORD=${words.length}; _switchyard; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', text], { encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, '']);
  return stdout.split('\n').filter((word) => word !== '');
}

describe('completion', () => {
  const cases: readonly (readonly [words: readonly string[], expected: readonly string[]])[] = [
    [[''], ['plan', 'route']],
    [['ro'], ['route']],
    [['--'], ['--version', '--no-color', '--help']],
    [
      ['plan', '-'],
      ['-i', '--inventory', '--output', '-h', '--help', '--no-color'],
    ],
    [
      ['plan', '--output', ''],
      ['tree', 'json'],
    ],
    [['--no-color', 'route', '--f'], ['--from']],
    [['plan', ''], []], // files: the shell's own
  ];
  for (const [words, expected] of cases) {
    it(`in bash, after "${words.join(' ')}": ${expected.join(' ') || 'files'}`, () => {
      assert.deepEqual(completed(completionScript('bash', small()), ...words), expected);
    });
  }

  it('in zsh, which asks for its first line', () => {
    const lines = completionScript('zsh', small()).split('\n');
    assert.equal(lines[0], '#compdef switchyard');
    assert.ok(lines.includes("    'plan:look, and say\\: what'\\''s to change'"));
    assert.ok(
      lines.includes(
        "    plan) _arguments '*-i[hosts \\[many\\]]:inventory:_files' '*--inventory[hosts \\[many\\]]:inventory:_files' '*--output[how]:output:(tree json)' '*-h[display help for command]' '*--help[display help for command]' '*--no-color[no colour]' '*:file:_files' ;;",
      ),
    );
  });

  it('in fish', () => {
    const lines = completionScript('fish', small()).split('\n');
    for (const line of [
      "complete -c switchyard -n __fish_use_subcommand -f -a plan -d 'look, and say: what'\\''s to change'",
      "complete -c switchyard -n '__fish_seen_subcommand_from plan' -l inventory -s i -r -d 'hosts [many]'",
      "complete -c switchyard -n '__fish_seen_subcommand_from plan' -l output -x -a 'tree json' -d 'how'",
    ]) {
      assert.ok(lines.includes(line), line);
    }
  });

  it('is printed by switchyard itself, for the commands it has', () => {
    const { status, stdout } = spawnSync(process.execPath, [cli, 'completion', 'bash'], { encoding: 'utf8' });
    assert.equal(status, 0);
    assert.deepEqual(completed(stdout, 'comp'), ['completion']);
    assert.deepEqual(completed(stdout, 'completion', ''), ['bash', 'zsh', 'fish']);
  });
});
