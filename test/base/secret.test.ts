import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Secrets } from '../../src/base/secret.ts';

describe('secrets', () => {
  it('are masked by value, also as JSON, in a URL and in base64', () => {
    const secrets = new Secrets();
    const value = 'p"ss wörd';
    secrets.mark(value);
    for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), Buffer.from(value).toString('base64')]) {
      assert.equal(secrets.mask(`before ${form} after`), 'before ******** after');
    }
  });

  it('are masked line by line, as keys are printed', () => {
    const secrets = new Secrets();
    secrets.mark('first line\nsecond line');
    assert.equal(secrets.mask('  second line'), '  ********');
  });

  it('that contain each other leave nothing of the longer one', () => {
    const secrets = new Secrets();
    secrets.mark('pass');
    secrets.mark('password');
    assert.equal(secrets.mask('password'), '********');
  });

  it('too short to hide anything are left: they would blank half of a report', () => {
    const secrets = new Secrets();
    secrets.mark('no');
    secrets.mark('');
    assert.equal(secrets.mask('no, nothing'), 'no, nothing');
  });

  it('are masked in one way through the text, however many there are', () => {
    const secrets = new Secrets();
    for (let i = 0; i < 5_000; i++) secrets.mark(`secret-${i}`);
    secrets.mark('secret-17 and more');
    const text = Array.from({ length: 5_000 }, (_, i) => `secret-${i}; ${btoa(`secret-${i}`)}`).join('\n');
    assert.deepEqual(new Set(secrets.mask(text).split('\n')), new Set(['********; ********']));
    assert.equal(secrets.mask('secret-17 and more, secrecy, secret-'), '********, secrecy, secret-');
  });

  it('are masked in data, in keys and values at any depth', () => {
    const secrets = new Secrets();
    secrets.mark('hidden');
    assert.deepEqual(secrets.maskData({ a: ['hidden', 1, null], hidden: { b: true } }), {
      a: ['********', 1, null],
      '********': { b: true },
    });
  });
});
