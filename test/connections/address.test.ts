import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { UsageError } from '../../src/base/errors.ts';
import { addressOf, type HostAddress } from '../../src/connections/address.ts';

const DEFAULTS = { home: '/home/me', user: 'me' };
const PLAIN: HostAddress = {
  name: 'h1',
  connection: 'ssh',
  address: 'h1',
  port: 22,
  user: 'me',
  password: undefined,
  privateKeyFile: undefined,
  knownHostsFiles: ['/home/me/.ssh/known_hosts', '/etc/ssh/ssh_known_hosts'],
  becomePassword: undefined,
  notes: [],
};

describe("a host's address", () => {
  const CASES: readonly (readonly [string, Record<string, unknown>, Partial<HostAddress>])[] = [
    ['is its name where nothing is said', {}, {}],
    [
      'follows the variables',
      { ansible_host: '10.0.0.1', ansible_port: 2222, ansible_user: 'deploy' },
      { address: '10.0.0.1', port: 2222, user: 'deploy' },
    ],
    ['takes ~ for the given home', { ansible_ssh_private_key_file: '~/k' }, { privateKeyFile: '/home/me/k' }],
    [
      'reads ssh arguments',
      { ansible_ssh_common_args: '-o UserKnownHostsFile=~/kh -p 23 -i "/a b/k"' },
      { knownHostsFiles: ['/home/me/kh'], port: 23, privateKeyFile: '/a b/k' },
    ],
    [
      'reads them in all their spellings',
      { ansible_ssh_common_args: `-oPort=24 -o "User deploy" -o 'UserKnownHostsFile=/a /b'` },
      { port: 24, user: 'deploy', knownHostsFiles: ['/a', '/b'] },
    ],
    ['prefers the variable to the argument', { ansible_port: '25', ansible_ssh_common_args: '-p 26' }, { port: 25 }],
    ['passes over how ssh shares connections', { ansible_ssh_common_args: '-o ControlMaster=auto -o ControlPersist=60s' }, {}],
    [
      'notes what it cannot do',
      { ansible_ssh_common_args: '-o ProxyJump=bastion' },
      { notes: ['h1: ssh argument -o ProxyJump=bastion is not understood and passed over'] },
    ],
    [
      'becomes root',
      { ansible_become: true, ansible_become_password: 'pw' },
      { become: { user: 'root', method: 'sudo', password: 'pw' }, becomePassword: 'pw' },
    ],
    [
      'becomes whom it is told',
      { ansible_become: 'yes', ansible_become_user: 'app' },
      { become: { user: 'app', method: 'sudo', password: undefined } },
    ],
    ['keeps the password for steps that become', { ansible_become_password: 'pw' }, { becomePassword: 'pw' }],
    ['may be this machine', { ansible_connection: 'local' }, { connection: 'local' }],
  ];
  for (const [name, vars, expected] of CASES) it(name, () => assert.deepEqual(addressOf('h1', vars, DEFAULTS), { ...PLAIN, ...expected }));

  it('takes the passwords that were asked for where the variables have none', () => {
    const asked = { ...DEFAULTS, password: 'asked', becomePassword: 'asked too' };
    const { password, become } = addressOf('h1', { ansible_become: true }, asked);
    assert.deepEqual([password, become?.password], ['asked', 'asked too']);
    const given = addressOf('h1', { ansible_password: 'given', ansible_become_password: 'given too' }, asked);
    assert.deepEqual([given.password, given.becomePassword], ['given', 'given too']);
  });

  const REFUSED: readonly (readonly [Record<string, unknown>, string])[] = [
    [{ ansible_connection: 'docker' }, 'h1: ansible_connection is docker; ssh and local are known'],
    [{ ansible_port: 'ssh' }, 'h1: ansible_port is ssh, not a port number'],
    [{ ansible_become_method: 'su' }, 'h1: ansible_become_method is su; only sudo is known'],
    [
      { ansible_ssh_common_args: '-o StrictHostKeyChecking=no' },
      "h1: StrictHostKeyChecking=no is not done: host keys are always checked; add the host's key to a known_hosts file",
    ],
  ];
  for (const [vars, message] of REFUSED) {
    it(`is refused: ${Object.entries(vars)}`, () =>
      assert.throws(
        () => addressOf('h1', vars, DEFAULTS),
        (error: Error) => error instanceof UsageError && error.message === message,
      ));
  }
});
