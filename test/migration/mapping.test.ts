import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { convertMapping } from '../../src/migration/mapping.ts';
import { pageSize, partsOf, ranges } from '../../src/migration/partition.ts';
import { TEMPLATES, templateFields } from '../../src/migration/templates.ts';

describe('a mapping of Elasticsearch 5', () => {
  it('loses its type, _default_, _all and the routing that 5 required', () => {
    const types = {
      _default_: { _routing: { required: true }, _all: { enabled: false }, properties: {} },
      event: { _routing: { required: true }, properties: { task: { type: 'keyword', include_in_all: false } } },
    };
    assert.deepEqual(convertMapping('i', types, { event: 3 }), { properties: { task: { type: 'keyword' } } });
  });

  const fields: readonly (readonly [string, object, object])[] = [
    ['a string', { type: 'string' }, { type: 'text' }],
    ['a string that is not analysed', { type: 'string', index: 'not_analyzed' }, { type: 'keyword', index: true }],
    ['a field that is not searched', { type: 'text', index: 'no' }, { type: 'text', index: false }],
    ['norms', { type: 'text', norms: { enabled: false } }, { type: 'text', norms: false }],
    ['leftovers of 2', { type: 'long', precision_step: 8, index_options: 'docs' }, { type: 'long' }],
    [
      'fields in fields',
      { type: 'text', fields: { raw: { type: 'string', index: 'not_analyzed' } } },
      { type: 'text', fields: { raw: { type: 'keyword', index: true } } },
    ],
    ['objects', { properties: { a: { type: 'string' } } }, { properties: { a: { type: 'text' } } }],
  ];
  for (const [what, before, after] of fields) {
    it(`has ${what} as 7 takes it`, () =>
      assert.deepEqual(convertMapping('i', { t: { properties: { f: before } } }, { t: 1 }).properties.f, after));
  }

  const refused: readonly (readonly [string, Record<string, object>, Record<string, number>, RegExp])[] = [
    ['documents of two types', { a: {}, b: {} }, { a: 1, b: 1 }, /holds documents of 2 types \(a, b\)/],
    ['documents that are not stored', { a: { _source: { enabled: false } } }, { a: 1 }, /_source is disabled/],
    ['documents that are stored in part', { a: { _source: { excludes: ['x'] } } }, { a: 1 }, /only a part/],
    ['parents', { a: { _parent: { type: 'b' } } }, { a: 1 }, /_parent/],
  ];
  for (const [what, types, documents, says] of refused)
    it(`is refused with ${what}`, () => assert.throws(() => convertMapping('i', types as never, documents), says));

  it('with a second type that is empty is that of the first', () => {
    assert.deepEqual(convertMapping('i', { a: { properties: { x: { type: 'long' } } }, b: {} }, { a: 1, b: 0 }), {
      properties: { x: { type: 'long' } },
    });
  });
});

describe('the templates of 0.16', () => {
  it('are those the new server looks for: one begins with events, none has a type or asks for routing', () => {
    assert.ok('events' in TEMPLATES);
    assert.ok(!/_default_|_routing/.test(JSON.stringify(TEMPLATES)));
  });
  it('give an index the fields of all that fit its name', () => {
    const fields = templateFields('events-log-x');
    assert.deepEqual([fields.msg, fields.task], [{ type: 'text', index: false }, { type: 'keyword' }]);
    assert.deepEqual(templateFields('something'), {});
  });
});

describe('the parts of an index', () => {
  it('cover every moment exactly once, and what has none', () => {
    const within = (bounds: object) => ({ range: { at: { ...bounds, format: 'epoch_millis' } } });
    assert.deepEqual(ranges('at', [20.7, 10, 20.2]), [
      within({ lt: 10 }),
      within({ gte: 10, lt: 20 }),
      within({ gte: 20 }),
      { bool: { must_not: [{ exists: { field: 'at' } }] } },
    ]);
    assert.deepEqual(ranges('at', []), [{ match_all: {} }]);
  });
  it('grow with documents and bytes, and are never more than the documents', () => {
    assert.deepEqual(
      [partsOf(0, 0), partsOf(100_000, 1), partsOf(100_001, 1), partsOf(10, 600e6), partsOf(1000, 600e6)],
      [1, 1, 2, 10, 10],
    );
  });
  it('are read in pages of at most about 10 MB, plots of 600 KB in small ones', () => {
    assert.deepEqual([pageSize(10), pageSize(1000), pageSize(300_000), pageSize(50e6)], [5000, 5000, 16, 1]);
  });
});
