// `loop`: which lists it takes, and what is known of `item` and of what the step registers.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { loadText } from '../support/playbooks.ts';

const steps = (...items: string[]) =>
  `apiVersion: switchyard/v1\nname: n\nhosts: all\nvars: { names: [a, b] }\nstages:\n  - name: s\n    steps:\n${items.map((item) => `      - ${item}\n`).join('')}`;
const linesOf = (...items: string[]) =>
  loadText(steps(...items)).problems.map(
    ({ position: { line, column }, message, hint }) => `${line}:${column}: ${message}${hint ? `; ${hint}` : ''}`,
  );
const looping = (loop: string, argument = '{{ item }}', more = '') =>
  `{ name: a, command: { argv: [ls, "${argument}"] }, loop: ${loop}${more} }`;

describe('a loop', () => {
  it('goes over a list, or over one whole expression that may be one', () => {
    for (const loop of ['[a, 1, { b: c }, "{{ names[0] }}"]', '"{{ names }}"', '"{{ [1, 2] }}"', '"{{ facts.user.groups }}"', '[]'])
      assert.deepEqual(linesOf(looping(loop)), [], loop);
  });

  it('goes over nothing else', () => {
    const none = 'this is no list to go through; write a list, or one whole {{ expression }} that gives one';
    for (const loop of ['names', '"x {{ names }}"', '"{{ facts.memory }}"', '"{{ inventory_hostname }}"'])
      assert.deepEqual(linesOf(looping(loop)), [`8:65: ${none}`], loop);
    assert.deepEqual(linesOf(looping('{ a: 1 }')), ['8:65: must be a list or a text, not {"a":1}']);
    assert.deepEqual(linesOf(looping('"{{ 1 < }}"')).length, 1); // it does not end: that it is no list is not known
  });

  it('knows what its items have', () => {
    const items = '[{ name: a, port: 1 }, { name: b, port: 2, path: "{{ names[0] }}" }]';
    assert.deepEqual(linesOf(looping(items, '{{ item.name }}{{ item.path.x }}')), []);
    assert.deepEqual(linesOf(looping(items, '{{ item.nam }}')), ['8:51: item has no attribute nam; did you mean name?']);
    assert.deepEqual(linesOf(looping('[a, b]', '{{ item.name }}')), ['8:51: item has no attribute name']);
    assert.deepEqual(linesOf(looping('["{{ names[0] }}", b]', '{{ item.name }}')), []);
  });

  it('is where item is known, and nowhere else', () => {
    const unknown = 'item is not defined; it is what a step with loop goes through';
    assert.deepEqual(linesOf('{ name: a, command: { argv: ["{{ item }}"] } }'), [`8:42: ${unknown}`]);
    assert.deepEqual(linesOf(looping('["{{ item }}"]')), [`8:70: ${unknown}`]);
    const all = looping('[1]', '{{ item }}', ', when: item == 1, until: item == 1, environment: { A: "{{ item }}" }');
    assert.deepEqual(linesOf(all, '{ name: b, command: { argv: [ls] }, when: item == 1 }'), [`9:51: ${unknown}`]);
  });

  it('is not clashed with by a name', () => {
    assert.deepEqual(linesOf('{ name: a, command: { argv: [ls] }, register: item }'), [
      '8:55: item means something else in expressions; choose another name',
    ]);
  });

  it('registers the outputs of each item, with the item; until sees those of one', () => {
    const loop = looping('[{ x: 1 }]', '{{ item.x }}', ', register: said, until: said.rc == 0');
    const asks = (that: string) => `{ name: b, assert: { that: "${that}" } }`;
    assert.deepEqual(linesOf(loop, asks('said.results[0].rc == 0 and said.results[0].item.x == 1')), []);
    assert.deepEqual(linesOf(loop, asks('said.rc == 0')), ['9:42: said has no attribute rc; it has results']);
    assert.deepEqual(linesOf(loop, asks('said.results[0].rcc == 0')), ['9:53: said.results[…] has no attribute rcc; did you mean rc?']);
    assert.deepEqual(linesOf(loop, asks('said.results[0].item.y == 0')), [
      '9:58: said.results[…].item has no attribute y; did you mean x?',
    ]);
    assert.deepEqual(linesOf(loop, '{ name: b, command: { argv: ["{{ item.rc }}", "{{ item.item.z }}"] }, loop: "{{ said.results }}" }'), [
      '9:69: item.item has no attribute z; did you mean x?',
    ]);
  });

  it('keeps its items as they were written', () => {
    const [one, two] = loadText(steps(looping('[a, "{{ names[0] }}"]'), looping('"{{ names }}"').replace('name: a', 'name: b'))).playbook!
      .stages[0]!.steps;
    assert.deepEqual([one!.loop, two!.loop], [['a', '{{ names[0] }}'], '{{ names }}']);
  });
});
