import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkArguments } from '../../src/playbook/schema.ts';

describe('checkArguments', () => {
  it('fills in defaults and leaves an evaluated expression as it is', () => {
    const that = { source: 'facts.cpus >= 2', value: true };
    assert.deepEqual(checkArguments('assert', { that }, 'h: a'), { that });
    assert.equal(checkArguments('uri', { url: 'http://x' }, 'h: a').method, 'GET');
  });

  it('takes braces in a rendered value for text, not for a template that may be anything', () => {
    assert.throws(() => checkArguments('uri', { url: 'http://x', timeout: '{{ x' }, 'h: a'), {
      name: 'TaskError',
      message: 'h: a: uri.timeout: must be a number, not "{{ x"',
    });
  });
});
