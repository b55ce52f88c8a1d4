// Why a host cannot be reached: each reason with its own sentence and next move.
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import ssh2 from 'ssh2';
import { ConnectionError } from '../../src/base/errors.ts';
import type { HostAddress } from '../../src/connections/address.ts';
import { connect } from '../../src/connections/connect.ts';
import { localContext } from '../support/local.ts';
import { keyPair, type Sshd, startSshd } from '../support/sshd.ts';

describe('reaching a host by ssh', () => {
  let sshd: Sshd;
  let directory: string;
  let known: string;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'switchyard-ssh-'));
    sshd = await startSshd(directory);
    known = readFileSync(sshd.address.knownHostsFiles[0]!, 'utf8');
  });
  after(() => sshd.close());

  const file = (text: string) => {
    const path = join(directory, randomBytes(4).toString('hex'));
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const env = { ...process.env, SSH_AUTH_SOCK: undefined };
  const reach = (more: Partial<HostAddress>) => connect({ ...sshd.address, ...more }, { ...localContext, env });
  const fails = (more: Partial<HostAddress>, reason: string, says: RegExp) =>
    assert.rejects(reach(more), (error: ConnectionError) => {
      assert.ok(error instanceof ConnectionError, String(error));
      assert.equal(error.reason, reason);
      assert.match(error.message, says);
      assert.ok((error.next ?? '').length > 10, 'it says what to do next');
      return true;
    });

  it('works with the right key, and with a hashed name in known_hosts', async () => {
    const salt = randomBytes(20);
    const hash = createHmac('sha1', salt).update(`[127.0.0.1]:${sshd.address.port}`).digest('base64');
    const hashed = known.replace(/^\S+/, `|1|${salt.toString('base64')}|${hash}`);
    const connection = await reach({ knownHostsFiles: [file(hashed)] });
    assert.equal((await connection.exec(['echo', 'hi'])).stdout, 'hi\n');
    await connection.close();
  });

  for (const [what, profile, says] of [
    ['prints on its own', 'echo welcome; ', /^h1: the login shell of me does not just run commands: welcome$/],
    ['lets nobody in', 'exit 1; ', /^h1: the login shell of me does not just run commands: exit code 1$/],
  ] as const) {
    it(`fails with "shell" where the login shell ${what}`, async () => {
      const noisy = await startSshd(mkdtempSync(join(tmpdir(), 'switchyard-ssh-')), profile);
      await fails(noisy.address, 'shell', says);
      await noisy.close();
    });
  }

  it('fails with "refused" where nobody listens', () =>
    fails({ port: 9, knownHostsFiles: [file(known.replace(/\]:\d+/, ']:9'))] }, 'refused', /^h1: the connection was refused/));
  it('fails with "dns" for a name that is not known', () =>
    fails(
      { address: 'no-such-host.invalid', knownHostsFiles: [file(known.replace('127.0.0.1', 'no-such-host.invalid'))] },
      'dns',
      /^h1: the name/,
    ));
  it('fails with "host-key" for a host nobody vouched for', () =>
    fails({ knownHostsFiles: [file('')] }, 'host-key', /^h1: no host key of 127\.0\.0\.1 port \d+ is known/));
  it('fails with "host-key" where the key is another one, and shows its fingerprint', () => {
    const other = keyPair().public.split(' ')[1]!;
    return fails(
      { knownHostsFiles: [file(known.replace(/AAAA\S+/, other))] },
      'host-key',
      /^h1: the host key of .* is another one than known_hosts says: found ssh-ed25519 SHA256:/,
    );
  });
  it('fails with "host-key" where the key is revoked, even if another line allows it', () =>
    fails({ knownHostsFiles: [file(`${known}@revoked ${known}`)] }, 'host-key', /is revoked/));
  it('fails with "auth" for a key that is not accepted', () =>
    fails({ privateKeyFile: file(keyPair().private) }, 'auth', /^h1: cannot log in as me: no key or password was accepted/));
  it('fails with "auth" for a key that is not there, is none, or is encrypted, and says which', async () => {
    await fails({ privateKeyFile: join(directory, 'none') }, 'auth', /cannot be read/);
    const { private: encrypted } = ssh2.utils.generateKeyPairSync('ed25519', { passphrase: 'x', cipher: 'aes256-cbc', rounds: 4 });
    await fails({ privateKeyFile: file(encrypted) }, 'auth', /is encrypted/);
  });
});

describe('a link that is frozen', () => {
  const within = async (limit: number, action: () => Promise<unknown>) => {
    const began = performance.now();
    await action();
    assert.ok(performance.now() - began < limit);
  };

  it('holds up neither an abort, nor the end of a time, nor the closing', async () => {
    const sshd = await startSshd(mkdtempSync(join(tmpdir(), 'switchyard-ssh-')));
    const connection = await connect(sshd.address, localContext);
    sshd.freeze();
    const signal = AbortSignal.timeout(100);
    await within(1_000, () => assert.rejects(connection.exec(['true'], { signal }), (error) => error === signal.reason));
    await within(1_000, () =>
      assert.rejects(connection.exec(['true'], { timeout: 100 }), /^TaskError: h1: true did not end within 0\.1 s/),
    );
    await within(1_000, () => connection.close());
    await sshd.close();
  });
});
