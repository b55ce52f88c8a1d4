import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fingerprint, keyType, knownKeys } from '../../src/connections/known_hosts.ts';

const ED = 'AAAAC3NzaC1lZDI1NTE5AAAAIFDXmXYsHGyHQUbkYwxDJ0V9mFAb7TWGPpDQcPS3VLVz';
const types = (text: string, host = 'web1', port = 22) =>
  knownKeys(text, host, port).map(({ type, revoked }) => (revoked ? `-${type}` : type));

describe('known hosts', () => {
  const CASES: readonly (readonly [string, string, string, number, string[]])[] = [
    ['a name', `web1 ssh-ed25519 ${ED}`, 'web1', 22, ['ssh-ed25519']],
    ['a name among several, in another case', `web2,WEB1 ssh-ed25519 ${ED} a comment`, 'web1', 22, ['ssh-ed25519']],
    ['a name with its port', `[web1]:2222 ssh-ed25519 ${ED}`, 'web1', 2222, ['ssh-ed25519']],
    ['not the same name with another port', `web1 ssh-ed25519 ${ED}`, 'web1', 2222, []],
    ['a pattern', `web? ssh-ed25519 ${ED}`, 'web1', 22, ['ssh-ed25519']],
    ['not what a pattern takes away', `*,!web1 ssh-ed25519 ${ED}`, 'web1', 22, []],
    ['not a longer name', `web1.example ssh-ed25519 ${ED}`, 'web1', 22, []],
    ['a dot as a dot', `web.1 ssh-ed25519 ${ED}`, 'webx1', 22, []],
    ['keys in their order', `web1 ssh-rsa ${ED}\nweb1 ssh-ed25519 ${ED}`, 'web1', 22, ['ssh-rsa', 'ssh-ed25519']],
    ['a revoked key as revoked', `@revoked web1 ssh-ed25519 ${ED}`, 'web1', 22, ['-ssh-ed25519']],
    ['no certificate authority', `@cert-authority web1 ssh-ed25519 ${ED}`, 'web1', 22, []],
    ['no comment, no empty line, no half a line', `# web1 ssh-rsa ${ED}\n\nweb1 ssh-rsa`, 'web1', 22, []],
  ];
  for (const [name, text, host, port, expected] of CASES) it(`finds ${name}`, () => assert.deepEqual(types(text, host, port), expected));

  it('shows a key as ssh-keygen does', () => {
    const blob = Buffer.from(ED, 'base64');
    assert.equal(keyType(blob), 'ssh-ed25519');
    assert.match(fingerprint(blob), /^SHA256:[A-Za-z0-9+/]{43}$/);
  });
});
