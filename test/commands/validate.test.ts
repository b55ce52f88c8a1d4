// Which files validate takes and refuses, what it writes where, and its exit codes; and what run and plan say of files with faults.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, it } from 'mocha';
import { playbookOf } from '../support/command_line.ts';
import { type Circumstances, typist } from '../support/typed.ts';

const { directory, file, type } = typist();
const validate = (args: readonly string[], circumstances?: Circumstances) => type(['validate', ...args], circumstances);
const GOOD = playbookOf('- { name: list, command: { argv: [ls] } }');
const BAD = playbookOf('- { name: list, comand: { argv: [ls] } }');
const WARNED = playbookOf('- { name: list, command: { argv: ["true"] }, delay: 3 }');

file('good.yml', GOOD);
file('bad.yml', BAD);
file('warned.yml', WARNED);
file('many/a.yml', GOOD);
file('many/deep/b.yml', GOOD);
file('many/deep/[c].yml', GOOD);
file('many/node_modules/p/d.yml', BAD);
file('hosts.yml', 'trains:\n  hosts:\n    trains-1:\n  vars: none\n');

/** The files that were judged. */
const judged = async (...args: string[]) =>
  (JSON.parse((await validate(['--output', 'json', ...args])).stdout) as { files: string[] }).files;

describe('validate', () => {
  it('takes files and globs that no shell has expanded, each file once', async () => {
    const all = ['many/a.yml', 'many/deep/[c].yml', 'many/deep/b.yml', 'good.yml'];
    assert.deepEqual(await judged('many/**/*.yml', './good.yml', 'good.yml', 'many/a.yml'), all.with(3, './good.yml'));
    assert.deepEqual(await judged('many/deep/[c].yml'), ['many/deep/[c].yml'], 'a name that looks like a glob');
    assert.deepEqual(await judged('many/node_modules/*/d.yml'), ['many/node_modules/p/d.yml'], 'named, it is looked into');
  });

  it('takes a map with a key toString for no text, wherever a text should stand', async () => {
    file('maps.yml', BAD.replace(/^name: .*$/m, 'name: { toString: 1 }').replace('name: list', 'name: { toString: 1 }'));
    file('maps_hosts.yml', 'all: { hosts: { a: { ansible_password: { toString: 1 } } } }\n');
    const { stdout, exit } = await validate(['--output', 'json', '-i', 'maps_hosts.yml', 'maps.yml']);
    const { problems } = JSON.parse(stdout) as { problems: { rule: string; path: string }[] };
    assert.equal(exit, 3);
    assert.deepEqual(
      problems.map(({ rule, path }) => `${rule} ${path}`),
      [
        'schema-choice all/hosts/a/ansible_password',
        'schema-type name',
        'schema-type stages/0/steps/0/name',
        'step-unknown-module stages/0/steps/0/comand',
      ],
    );
  });

  it('tells of hosts that are nowhere beside other faults of the playbook', async () => {
    file('servers.yml', 'trains: { hosts: { a: } }\n');
    file('both.yml', BAD.replace(/^hosts: .*$/m, 'hosts: trans'));
    const { stdout } = await validate(['--output', 'json', '-i', 'servers.yml', 'both.yml']);
    const { problems } = JSON.parse(stdout) as { problems: { rule: string }[] };
    assert.deepEqual(
      problems.map(({ rule }) => rule),
      ['unknown-host', 'step-unknown-module'],
    );
  });

  const REFUSED: readonly (readonly [what: string, args: readonly string[], says: string])[] = [
    ['a glob that no file fits', ['no/**/*.yml', 'bad.yml'], 'no file fits no/**/*.yml'],
    ['a glob that only a directory fits', ['man*'], 'no file fits man*'],
    ['a directory', ['many'], 'many is a directory; name its files, as in "many/**/*.yml"'],
    ['a file that is not there', ['none.yml'], 'there is no file none.yml'],
    ['nothing at all', [], 'give a playbook, or an inventory with -i'],
    [
      'a report without its file',
      ['good.yml', '--report', 'sarif'],
      '--report sarif: write format=file, with a format of text, json, github, gitlab, sarif, junit',
    ],
    [
      'a report in a format that there is not',
      ['good.yml', '--report', 'xml=f'],
      '--report xml=f: write format=file, with a format of text, json, github, gitlab, sarif, junit',
    ],
  ];
  for (const [what, args, says] of REFUSED) {
    it(`refuses ${what}; exit 2`, async () => {
      assert.deepEqual(await validate(args), { exit: 2, stdout: '', stderr: `${says}\n` });
    });
  }

  it('takes inputs with -e, and says which are still to be given', async () => {
    const head = 'inputs: { word: { type: string, enum: [x], description: a word } }\n';
    file('needs.yml', playbookOf('- { name: list, command: { argv: ["{{ word }}"] } }', { head }));
    const told = async (...args: string[]) => {
      const { exit, stdout, stderr } = await validate(['needs.yml', '-i', 'localhost,', ...args]);
      return [exit, stdout, stderr];
    };
    const open = 'needs.yml: valid; inputs of needs.yml that are still to be given were not checked: word\n';
    assert.deepEqual(await told(), [0, open, '']);
    assert.deepEqual(await told('-e', 'word=y'), [2, '', '-e word must be one of x, not "y"\n']);
    assert.deepEqual(await told('-e', 'word=x'), [0, 'needs.yml: valid\n', '']);
  });

  it('says that a report cannot be written; exit 2', async () => {
    const { exit, stderr } = await validate(['good.yml', '--report', 'json=good.yml/f']);
    assert.equal(exit, 2);
    assert.ok(stderr.startsWith(`cannot write ${directory}/good.yml/f: `), stderr);
  });

  it('reads stdin, told by the name it is given', async () => {
    const nameless = await validate(['-'], { stdin: BAD });
    assert.deepEqual([nameless.exit, nameless.stdout.split('\n')[0]?.slice(0, 20)], [3, 'stdin:7:23: error: s']);
    file('sub/steps.yml', '- { name: list, comand: { argv: [ls] } }\n');
    const named = await validate(['-', '--stdin-filename', 'sub/new.yml'], { stdin: playbookOf('- include: steps.yml') });
    assert.match(
      named.stdout,
      /^sub\/steps\.yml:1:17: error: 0\/comand: unknown module comand; did you mean command\? \[step-unknown-module\]\n/,
    );
  });

  it('tells what two playbooks include once, and lines that end as on Windows without their ends', async () => {
    file('both/steps.yml', '- { name: list, comand: { argv: [ls] } }\r\n');
    for (const name of ['both/a.yml', 'both/b.yml']) file(name, playbookOf('- include: steps.yml'));
    const { stdout } = await validate(['both/a.yml', 'both/b.yml']);
    assert.deepEqual(stdout.split('\n'), [
      'both/steps.yml:1:17: error: 0/comand: unknown module comand; did you mean command? [step-unknown-module]',
      '  1 | - { name: list, comand: { argv: [ls] } }',
      '    |                 ^^^^^^',
      '1 error in 1 file',
      '',
    ]);
  });

  it('exits with 3 for errors, with --strict for warnings too, and with 0 else', async () => {
    const exits: number[] = [];
    for (const args of [['good.yml'], ['bad.yml'], ['good.yml', 'bad.yml'], ['warned.yml'], ['warned.yml', '--strict']])
      exits.push((await validate(args)).exit);
    assert.deepEqual(exits, [0, 3, 3, 0, 3]);
  });

  it('tells an inventory by itself, and the faults of both in one list', async () => {
    const alone = await validate(['-i', 'hosts.yml']);
    assert.deepEqual(
      [alone.exit, alone.stdout.split('\n')[0]],
      [3, 'hosts.yml:4:9: error: trains/vars: must be a map of keys and values or empty, not "none" [schema-type]'],
    );
    const both = JSON.parse((await validate(['-i', 'hosts.yml', 'bad.yml', '--output', 'json'])).stdout) as {
      files: string[];
      problems: { position: { file: string } }[];
    };
    assert.deepEqual(
      [both.files, both.problems.map(({ position }) => position.file)],
      [
        ['hosts.yml', 'bad.yml'],
        ['hosts.yml', 'bad.yml'],
      ],
    );
  });

  it('writes reports besides, in directories that it makes, and leaves nothing else behind', async () => {
    mkdirSync(join(directory, 'reports'));
    writeFileSync(join(directory, 'reports/old.sarif'), 'old');
    const reports = ['sarif=reports/old.sarif', 'junit=reports/new/junit.xml', 'text=reports/text'];
    const { exit, stdout } = await validate(['bad.yml', ...reports.flatMap((report) => ['--report', report])]);
    assert.equal(exit, 3);
    assert.equal(readFileSync(join(directory, 'reports/text'), 'utf8'), stdout);
    assert.equal((JSON.parse(readFileSync(join(directory, 'reports/old.sarif'), 'utf8')) as { version: string }).version, '2.1.0');
    assert.match(readFileSync(join(directory, 'reports/new/junit.xml'), 'utf8'), /^<\?xml /);
    assert.deepEqual(readdirSync(join(directory, 'reports')).sort(), ['new', 'old.sarif', 'text']);
  });

  for (const name of ['GITHUB_WORKSPACE', 'CI_PROJECT_DIR']) {
    it(`names files from the root of the checkout that ${name} tells of`, async () => {
      const env = { GITHUB_WORKSPACE: '', CI_PROJECT_DIR: '', [name]: resolve(directory, '..') };
      const { stdout } = await validate(['bad.yml', '--output', 'github'], { env });
      assert.ok(stdout.startsWith(`::error file=${basename(directory)}/bad.yml,line=7,`), stdout);
    });
  }
});

describe('run and plan', () => {
  it('tell the faults of the files as validate does, those of the inventory too, and reach no host', async () => {
    const expected = (await validate(['bad.yml', '-i', 'hosts.yml'])).stdout.replace(/^2 errors in 2 files\n/m, '');
    for (const verb of ['run', 'plan'])
      assert.deepEqual(await type([verb, 'bad.yml', '-i', 'hosts.yml']), { exit: 3, stdout: '', stderr: expected });
    const inventoryAlone = await type(['plan', 'good.yml', '-i', 'hosts.yml']);
    assert.deepEqual([inventoryAlone.exit, inventoryAlone.stderr], [3, `${expected.split('\n').slice(0, 3).join('\n')}\n`]);
  });

  it('count warnings, and go on', async () => {
    const { exit, stderr } = await type(['plan', 'warned.yml']);
    assert.deepEqual([exit, stderr], [0, 'warning: warned.yml: 1 warning; switchyard validate tells it\n']);
  });

  it('show nothing of a broken file of variables but the place: it may hold secrets', async () => {
    file('secrets.yml', 'password: "correct-horse\nother: correct-battery: staple\n');
    assert.deepEqual(await type(['run', 'good.yml', '-e', '@secrets.yml']), {
      exit: 3,
      stdout: '',
      stderr: 'secrets.yml:1:11: error: the text is no YAML [yaml-syntax]\nsecrets.yml:2:8: error: the text is no YAML [yaml-syntax]\n',
    });
  });
});
