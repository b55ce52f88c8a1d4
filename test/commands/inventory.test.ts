// switchyard inventory: what it prints of hosts, groups and variables, and where it says that a value comes from.
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { playbookOf } from '../support/command_line.ts';
import { typist } from '../support/typed.ts';

const { file, type, directory } = typist();
const run = (...words: readonly string[]) => type(words);

const hosts = file(
  'hosts.yml',
  `trains:
  vars: { color: group, ansible_become_password: hunter2 }
  hosts:
    trains-1: { ansible_host: 10.0.0.1, color: host }
    trains-2: { ansible_password: { env: TRAINS }, secret: hunter3 }
lone: { hosts: { here: { ansible_connection: local } } }
`,
);
file('group_vars/trains.yml', 'color: file\n');
const play = file(
  'play/book.yml',
  playbookOf('- { name: look, command: { argv: [ls] } }', {
    hosts: 'trains',
    head: 'inputs:\n  color: { type: string, default: red, description: d }\n  secret: { type: string, default: "", sensitive: true, description: d }\nvars: { shade: dark }\n',
  }),
);
file('play/host_vars/trains-1.yml', 'color: play\nshade: light\n');
file('more.yml', 'x: 1\ncolor: extra\n');

describe('switchyard inventory', () => {
  it('tells the hosts with their groups and addresses', async () => {
    const { exit: status, stdout } = await run('inventory', '-i', hosts);
    assert.deepEqual(
      [status, stdout],
      [0, 'host      groups  reached at\ntrains-1  trains  10.0.0.1:22\ntrains-2  trains  trains-2:22\nhere      lone    local\n'],
    );
  });

  it('--list, --json: in the form of ansible-inventory, without passwords', async () => {
    const { exit: status, stdout } = await run('inventory', '-i', hosts, '--json', '-l', 'trains');
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(stdout), {
      _meta: {
        hostvars: {
          'trains-1': { ansible_become_password: '********', ansible_host: '10.0.0.1', color: 'host' },
          'trains-2': { ansible_become_password: '********', ansible_password: { env: 'TRAINS' }, color: 'file', secret: 'hunter3' },
        },
      },
      all: { children: ['ungrouped', 'trains', 'lone'] },
      trains: { hosts: ['trains-1', 'trains-2'] },
    });
    assert.equal((await run('inventory', '-i', hosts, '--list', '-l', 'trains')).stdout, stdout);
  });

  it('--host: the variables of one host; a sensitive input of the playbook is not shown', async () => {
    const { stdout } = await run('inventory', '-i', hosts, '--host', 'trains-2', '--playbook', play);
    assert.deepEqual(JSON.parse(stdout), {
      ansible_become_password: '********',
      ansible_password: { env: 'TRAINS' },
      color: 'file',
      secret: '********',
    });
    assert.match(
      (await run('inventory', '-i', hosts, '--host', 'trains-3')).stderr,
      /^--host trains-3: there is no such host; did you mean trains-1\?\n$/,
    );
  });

  it('--graph: the tree', async () => {
    assert.equal(
      (await run('inventory', '-i', hosts, '--graph')).stdout,
      '@all:\n  |--@ungrouped:\n  |--@trains:\n  |  |--trains-1\n  |  |--trains-2\n  |--@lone:\n  |  |--here\n',
    );
  });

  it('--explain: every level that sets a variable, with its place; the last one wins', async () => {
    const { exit: status, stdout } = await run(
      'inventory',
      '-i',
      hosts,
      '--explain',
      'color',
      '--playbook',
      play,
      '-l',
      'trains',
      '-e',
      '@more.yml',
      '-e',
      'color=typed',
    );
    assert.equal(status, 0);
    assert.equal(
      stdout,
      `trains-1: color is "typed"
  default        "red"    play/book.yml:5:35
  group trains   "group"  hosts.yml:2:11
  group trains   "file"   group_vars/trains.yml:1:1
  host trains-1  "host"   hosts.yml:4:41
  host trains-1  "play"   play/host_vars/trains-1.yml:1:1
  command line   "extra"  more.yml:2:1
  command line   "typed"  -e
trains-2: color is "typed"
  default       "red"    play/book.yml:5:35
  group trains  "group"  hosts.yml:2:11
  group trains  "file"   group_vars/trains.yml:1:1
  command line  "extra"  more.yml:2:1
  command line  "typed"  -e
`,
    );
  });

  it('--explain: the variables of the playbook win over those of hosts', async () => {
    const { stdout } = await run('inventory', '-i', hosts, '--explain', 'shade', '--playbook', play, '-l', 'trains-1');
    assert.equal(
      stdout,
      'trains-1: shade is "dark"\n  host trains-1  "light"  play/host_vars/trains-1.yml:2:1\n  playbook       "dark"   play/book.yml:7:16\n',
    );
  });

  it('--explain: shows no secret, and where a reference is', async () => {
    const explain = async (variable: string, ...more: string[]) =>
      (await run('inventory', '-i', hosts, '--explain', variable, '-l', 'trains-2', ...more)).stdout;
    assert.equal(
      await explain('ansible_become_password'),
      'trains-2: ansible_become_password is ********\n  group trains  ********  hosts.yml:2:25\n',
    );
    assert.equal(
      await explain('ansible_password'),
      'trains-2: ansible_password is {"env":"TRAINS"}\n  host trains-2  {"env":"TRAINS"}  hosts.yml:5:17\n',
    );
    assert.match(
      await explain('secret', '--playbook', play),
      /^trains-2: secret is \*{8}\n {2}default\s+\*{8}\s+play\/book\.yml:6:36\n {2}host trains-2\s+\*{8}/,
    );
  });

  it('--explain --json: for programs', async () => {
    const { stdout } = await run('inventory', '-i', hosts, '--explain', 'color', '--json', '-l', 'trains-1,here');
    const at = (name: string, line: number, column: number, endColumn: number) => ({ file: name, line, column, endLine: line, endColumn });
    assert.deepEqual(JSON.parse(stdout), {
      version: 1,
      variable: 'color',
      hosts: [
        {
          host: 'trains-1',
          isSet: true,
          value: 'host',
          levels: [
            { level: 'group', of: 'trains', value: 'group', position: at('hosts.yml', 2, 11, 16) },
            { level: 'group', of: 'trains', value: 'file', position: at('group_vars/trains.yml', 1, 1, 6) },
            { level: 'host', of: 'trains-1', value: 'host', position: at('hosts.yml', 4, 41, 46) },
          ],
        },
        { host: 'here', isSet: false, levels: [] },
      ],
    });
  });

  it('--explain: says what nothing sets', async () => {
    const { exit: status, stderr } = await run('inventory', '-i', hosts, '--explain', 'colour');
    assert.deepEqual([status, stderr], [2, '--explain colour: nothing sets it for any of these hosts; did you mean color?\n']);
  });

  it('runs a program, and validate does not', async () => {
    file('hosts.sh', `#!/bin/sh\ntouch ran\necho '{"g": {"hosts": ["x"]}, "_meta": {"hostvars": {"x": {"v": "'$1'"}}}}'\n`);
    chmodSync(join(directory, 'hosts.sh'), 0o755);
    const valid = await run('validate', '-i', 'hosts.sh', play);
    assert.deepEqual(
      [valid.exit, valid.stdout],
      [0, 'hosts.sh, play/book.yml: valid; groups and hosts were not checked: hosts.sh is a program, and validating runs none\n'],
    );
    assert.equal((await run('inventory', '-i', 'ran', '--list')).exit, 3);
    const { stdout } = await run('inventory', '-i', 'hosts.sh', '--host', 'x');
    assert.deepEqual(JSON.parse(stdout), { v: '--list' });
  });

  it('--limit @file: the patterns in its lines', async () => {
    file('limit', 'trains-2\n\nhere\n');
    assert.match((await run('inventory', '-i', hosts, '-l', '@limit')).stdout, /^host.*\ntrains-2.*\nhere.*\n$/);
    file('empty', '\n');
    assert.equal((await run('inventory', '-i', hosts, '-l', '@empty')).stderr, '--limit @empty: the file names no host\n');
    assert.equal((await run('inventory', '-i', hosts, '-l', '@gone')).stderr, '--limit @gone: there is no such file\n');
  });

  it('counts warnings on stderr, and refuses an inventory with errors', async () => {
    file('warned.yml', 'g: { hosts: { x: { v: yes } } }\n');
    const warned = await run('inventory', '-i', 'warned.yml', '--host', 'x');
    assert.deepEqual(
      [warned.exit, warned.stdout, warned.stderr],
      [0, '{\n    "v": true\n}\n', 'warning: warned.yml: 1 warning; switchyard validate -i tells it\n'],
    );
    file('wrong.yml', 'g: [x]\n');
    const wrong = await run('inventory', '-i', 'wrong.yml');
    assert.deepEqual([wrong.exit, wrong.stdout], [3, '']);
    assert.match(wrong.stderr, /^wrong\.yml:1:4: error: g: must be a map of keys and values or empty, not \["x"\] \[schema-type\]\n/);
  });
});
