import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readFactsSchema, readModuleSchemas } from '../../src/playbook/schema.ts';
import { steadyPart } from '../../src/playbook/shape.ts';
import { normalFacts } from '../support/scripted_connection.ts';

describe('what two looks at an unchanged host have in common', () => {
  const disk = { mount: '/', total_bytes: 2, free_bytes: 1 };
  const cases: readonly (readonly [string, string, unknown, unknown])[] = [
    ['leaves out a volatile output', 'uri', { status: 200, json: { id: 1 }, content: '', elapsed_ms: 3 }, { status: 200 }],
    [
      'leaves out a volatile part of one',
      'server_release',
      { disk, release: '0.15.1' },
      { disk: { mount: '/', total_bytes: 2 }, release: '0.15.1' },
    ],
    ['keeps what no schema knows', 'command', { rc: 0, other: [{ free_bytes: 1 }] }, { rc: 0, other: [{ free_bytes: 1 }] }],
  ];
  for (const [what, module, outputs, steady] of cases) {
    it(what, () => assert.deepEqual(steadyPart(outputs, [readModuleSchemas().get(module)!.outputs]), steady));
  }

  it('looks into lists', () => {
    const schema = { items: { properties: { size: { volatile: true } } } };
    assert.deepEqual(steadyPart([{ name: 'a', size: 1 }], [schema]), [{ name: 'a' }]);
  });

  it('leaves the clock and the free memory out of the facts, and nothing else', () => {
    const { time: _time, memory, ...others } = normalFacts;
    assert.deepEqual(steadyPart(normalFacts, [readFactsSchema()]), { ...others, memory: { total_bytes: memory.total_bytes } });
  });
});
