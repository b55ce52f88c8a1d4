// References to secrets, from the files that hold them to what is done with the secret: read once, masked everywhere, left alone by validate.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { playbookOf } from '../support/command_line.ts';
import { typist } from '../support/typed.ts';

const { directory, file, type } = typist();
const read = (name: string) => readFileSync(join(directory, name), 'utf8');

file('keys/token', 'from-the-file\n');
chmodSync(join(directory, 'keys/token'), 0o600);
file('show.sh', '#!/bin/sh\necho run >> runs\necho from-the-program\n');
chmodSync(join(directory, 'show.sh'), 0o755);
const SHOW = `{ command: [${join(directory, 'show.sh')}] }`;
const LOCAL = 'ansible_connection: local';

const book = (inputs: string) =>
  file(
    'play/book.yml',
    playbookOf(
      `- { name: keep, command: { argv: [sh, -c, "printf %s \\"$TOKEN\\" > ${directory}/kept-$HOST; echo $TOKEN"] }, environment: { TOKEN: "{{ token }}", HOST: "{{ inventory_hostname }}" } }`,
      {
        hosts: 'g',
        head: `serial: 1\ninputs: { ${inputs} }\n`,
      },
    ),
  );
const TOKEN = 'token: { type: string, sensitive: true }';
const journals = () =>
  readdirSync(join(directory, 'state/switchyard/runs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl') || name.includes('journal'))
    .map((name) => read(join('state/switchyard/runs', name)))
    .join('');

describe('a reference to a secret', () => {
  it('in an inventory becomes the value of a sensitive input, which nothing shows', async () => {
    file('inv/hosts.yml', `g: { hosts: { a: { ${LOCAL} }, b: { ${LOCAL}, token: { file: ../keys/token } } }, vars: { token: ${SHOW} } }\n`);
    const { exit, stdout, stderr } = await type(['run', book(TOKEN), '-i', 'inv/hosts.yml', '--output', 'json']);
    assert.equal(exit, 0, stdout + stderr);
    assert.deepEqual([read('kept-a'), read('kept-b')], ['from-the-program', 'from-the-file']);
    assert.doesNotMatch(stdout + stderr + journals(), /from-the-(program|file)/);
    assert.ok(journals().length > 100, 'there are journals');
  });

  it('is read once, for however many hosts', async () => {
    file('inv/hosts.yml', `g: { hosts: { "h[1:20]": { ${LOCAL} } }, vars: { token: ${SHOW} } }\n`);
    rmSync(join(directory, 'runs'));
    assert.equal((await type(['plan', book(TOKEN), '-i', 'inv/hosts.yml'])).exit, 0);
    assert.equal(read('runs'), 'run\n');
  });

  it('is left alone by validate and inventory', async () => {
    rmSync(join(directory, 'runs'), { force: true });
    for (const words of [
      ['validate', book(TOKEN), '-i', 'inv/hosts.yml'],
      ['inventory', '-i', 'inv/hosts.yml', '--json'],
    ])
      assert.equal((await type(words)).exit, 0);
    assert.equal(existsSync(join(directory, 'runs')), false);
  });

  it('may be the default of an input, from the playbook on, or stand in a file of -e', async () => {
    file('inv/hosts.yml', `g: { hosts: { a: { ${LOCAL} } } }\n`);
    assert.equal(
      (await type(['run', book('token: { type: string, sensitive: true, default: { file: ../keys/token } }'), '-i', 'inv/hosts.yml'])).exit,
      0,
    );
    assert.equal(read('kept-a'), 'from-the-file');
    file('vars/more.yml', `token: ${SHOW}\n`);
    assert.equal((await type(['run', book(TOKEN), '-i', 'inv/hosts.yml', '-e', '@vars/more.yml'])).exit, 0);
    assert.equal(read('kept-a'), 'from-the-program');
  });

  it('that cannot be read stops everything before any host is asked, and is told once', async () => {
    rmSync(join(directory, 'kept-a'), { force: true });
    file(
      'inv/hosts.yml',
      `g: { hosts: { a: { ${LOCAL} }, "h[1:5]": { ${LOCAL}, token: { env: NOWHERE_AT_ALL }, ansible_become_password: { file: gone } } }, vars: { token: ${SHOW} } }\n`,
    );
    const { exit, stderr } = await type(['run', book(TOKEN), '-i', 'inv/hosts.yml']);
    assert.deepEqual(
      [exit, stderr],
      [
        2,
        'h1, h2, h3 and 2 more: the input token: the environment variable NOWHERE_AT_ALL is not set\nh1, h2, h3 and 2 more: the variable ansible_become_password: there is no file inv/gone\n',
      ],
    );
    assert.equal(existsSync(join(directory, 'kept-a')), false);
  });

  it('is held against the type of its input once it is read, without showing it', async () => {
    file('inv/hosts.yml', `g: { hosts: { a: { ${LOCAL} } }, vars: { token: ${SHOW} } }\n`);
    const { exit, stderr } = await type([
      'run',
      book('token: { type: string, sensitive: true, pattern: "^[0-9]+$" }'),
      '-i',
      'inv/hosts.yml',
    ]);
    assert.deepEqual([exit, stderr], [2, 'a: the input token is not of the kind that is wanted\n']);
  });

  it('is refused for an input that is not sensitive', async () => {
    const { exit, stderr } = await type(['run', book('token: { type: string }'), '-i', 'inv/hosts.yml']);
    const says = 'token is a reference to a secret, and the input is not sensitive; write sensitive: true beside its type';
    assert.equal(exit, 3);
    assert.ok(
      stderr.startsWith(`inv/hosts.yml:1:59: error: ${says}; play/book.yml takes it for its input token [inventory-value]\n`),
      stderr,
    );
  });

  it('may be a password of the connection, in facts too, and a template may lead to its file', async () => {
    file('inv/hosts.yml', `g: { hosts: { a: { ${LOCAL}, ansible_become_password: { file: "{{ inventory_dir }}/../keys/gone" } } } }\n`);
    const { exit, stderr } = await type(['facts', 'a', '-i', 'inv/hosts.yml']);
    assert.deepEqual([exit, stderr], [2, `a: the variable ansible_become_password: there is no file ${directory}/inv/../keys/gone\n`]);
  });

  it('that was written out is a warning, and masked where its line is shown', async () => {
    file('inv/hosts.yml', `g: { hosts: { a: { ${LOCAL} } } }\n`);
    const { exit, stdout } = await type(['validate', book('token: { type: string, sensitive: true, default: hunter2 }')]);
    assert.equal(exit, 0);
    assert.match(
      stdout,
      /^play\/book\.yml:5:60: warning: inputs\/token\/default: a secret stands in the playbook, for everyone who reads it;/,
    );
    assert.doesNotMatch(stdout, /hunter2/);
    file('inv/wrong.yml', 'g: { vars: { ansible_password: hunter2, ansible_port: ssh } }\n');
    assert.doesNotMatch((await type(['validate', '-i', 'inv/wrong.yml'])).stdout, /hunter2/);
  });
});
