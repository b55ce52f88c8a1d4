// -k and -K: what is asked for once reaches sshd and sudo, and is shown nowhere. A real server on loopback that takes only the password.
import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { playbookOf } from '../support/command_line.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { typist } from '../support/typed.ts';

const PASSWORD = 'open-sesame';
const SUDO_PASSWORD = 'let-me-in';

/** As sudo -S: the password is the first line of the input, and is looked at by whoever it is for. */
const SUDO = `#!/bin/sh
while [ "$1" != -- ]; do shift; done; shift
IFS= read -r password
[ "$password" = '${SUDO_PASSWORD}' ] || { echo 'sudo: 1 incorrect password attempt' >&2; exit 1; }
exec "$@"
`;

describe('passwords that are asked for', () => {
  const { directory, file, type } = typist();
  let sshd: Sshd;
  let asked: string[];
  const asking = (answers: Readonly<Record<string, string | undefined>>) => {
    asked = [];
    return {
      ask: async (question: string, { hidden }: { hidden: boolean }) => {
        asked.push(`${question}${hidden ? 'hidden' : ''}`);
        return answers[question.split(' ')[0]!];
      },
    };
  };

  before(async () => {
    file('bin/sudo', SUDO);
    chmodSync(join(directory, 'bin/sudo'), 0o755);
    sshd = await startSshd(directory, `PATH=${join(directory, 'bin')}:$PATH; `, PASSWORD);
    const { port } = sshd.address;
    const args = `-o UserKnownHostsFile=${join(directory, 'known_hosts')}`;
    const vars = { ansible_host: '127.0.0.1', ansible_port: port, ansible_ssh_common_args: args };
    file('hosts.yml', JSON.stringify({ all: { hosts: { one: vars, two: vars } } }));
    file(
      'play.yml',
      playbookOf('- { name: who, command: { argv: [id, -u] }, become: true, become_user: nobody }', {
        hosts: 'all',
        head: `project_dir: ${directory}\nserial: 1\n`,
      }),
    );
  });
  after(() => sshd.close());

  it('log in to every host, asked for once', async () => {
    const { exit, stdout, stderr } = await type(['facts', '-i', 'hosts.yml', '-k'], asking({ SSH: PASSWORD }));
    assert.deepEqual([exit, stderr, Object.keys(JSON.parse(stdout) as object)], [0, '', ['one', 'two']]);
    assert.deepEqual(asked, ['SSH password: hidden']);
  });

  it('are told as refused where they are wrong', async () => {
    const { exit, stderr } = await type(['facts', '-i', 'hosts.yml', '-l', 'one', '-k'], asking({ SSH: 'open-barley' }));
    assert.equal(exit, 6);
    assert.match(stderr, /^one: cannot log in as /m);
  });

  it('are for sudo with -K, before the first connection', async () => {
    const { exit, stdout } = await type(
      ['run', 'play.yml', '-i', 'hosts.yml', '-l', 'one', '-kK'],
      asking({ SSH: PASSWORD, sudo: SUDO_PASSWORD }),
    );
    assert.equal(exit, 0, stdout);
    assert.deepEqual(asked, ['SSH password: hidden', 'sudo password (Enter for the SSH password): hidden']);
    assert.ok(!stdout.includes(SUDO_PASSWORD));
    const wrong = await type(['run', 'play.yml', '-i', 'hosts.yml', '-l', 'one', '-kK'], asking({ SSH: PASSWORD, sudo: '' }));
    assert.match(wrong.stdout, /cannot become nobody: 1 incorrect password attempt/);
    assert.ok(!wrong.stdout.includes(PASSWORD));
  });

  it('are not kept in a saved plan, and asked for again', async () => {
    const words = ['-i', 'hosts.yml', '-l', 'one', '-k', '-o', 'plan.json'];
    assert.equal((await type(['plan', 'play.yml', ...words], asking({ SSH: PASSWORD }))).exit, 0);
    assert.ok(!readFileSync(join(directory, 'plan.json'), 'utf8').includes(PASSWORD));
    assert.equal((await type(['run', 'plan.json', '-C', '-k'], asking({ SSH: PASSWORD }))).exit, 0);
  });

  const nobody: readonly (readonly [readonly string[], Parameters<typeof type>[1], string])[] = [
    [['-k'], {}, '-k asks for a password, and nobody sits at a terminal\n'],
    [
      ['-K', '--no-input'],
      { ask: async () => assert.fail('somebody was asked') },
      '-K asks for a password, and --no-input forbids every question\n',
    ],
    [['-k'], { ask: async () => undefined }, 'the input ended before the password for -k was typed\n'],
  ];
  for (const [words, circumstances, says] of nobody) {
    it(`are missing where nobody is asked: ${words.join(' ')}`, async () => {
      for (const verb of [['facts'], ['plan', 'play.yml'], ['status'], ['unlock', 'one', 'r-1']]) {
        const { exit, stdout, stderr } = await type([...verb, '-i', 'hosts.yml', ...words], circumstances);
        assert.deepEqual([exit, stdout, stderr], [2, '', says], verb[0]);
      }
    });
  }
});
