import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { element, escaped } from '../../src/report/xml.ts';

describe('xml', () => {
  it('nests elements, and leaves out attributes that are not given', () => {
    const inner = element('b', { n: 1 }, [escaped('one\ntwo')]);
    assert.equal(element('a', { x: 'y', z: undefined }, [inner, element('c', {})]), '<a x="y">\n  <b n="1">one\ntwo</b>\n  <c/>\n</a>');
  });

  it('escapes what has a meaning, and leaves out what XML cannot hold', () => {
    assert.equal(escaped('a<b>&"c"\td\r\u0000\u001b[31m\ufffe'), 'a&lt;b&gt;&amp;&quot;c&quot;\td&#13;\ufffd\ufffd[31m\ufffd');
    assert.equal(element('a', { x: 'one\n\ttwo' }), '<a x="one&#10;&#9;two"/>');
    assert.equal(escaped('x\ud800y😀'), 'x\ufffdy😀');
  });
});
