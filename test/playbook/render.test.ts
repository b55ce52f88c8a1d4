import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Scope } from '../../src/expressions/scope.ts';
import { render } from '../../src/playbook/render.ts';

/** As the variables of a playbook are rendered, each in sight of those before it. */
function renderAll(vars: Readonly<Record<string, unknown>>): Scope {
  const scope: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(vars)) scope[name] = render(value, scope);
  return scope;
}

const chain = (first: unknown, next: (before: string) => unknown) =>
  Object.fromEntries([['v0', first], ...Array.from({ length: 60 }, (_, i) => [`v${i + 1}`, next(`v${i}`)] as const)]);

describe('variables that double', () => {
  const bombs: readonly (readonly [what: string, vars: Readonly<Record<string, unknown>>, says: RegExp])[] = [
    ['texts', chain('ha', (before) => `{{ ${before} }}{{ ${before} }}`), /^the text gets too large$/],
    ['lists in each other', chain(['ha'], (before) => [`{{ ${before} }}`, `{{ ${before} }}`]), /^the value gets too large$/],
    ['lists put together', chain(['ha'], (before) => `{{ ${before} + ${before} }}`), /^the value gets too large, in: /],
    ['maps in each other', chain({ a: 1 }, (before) => ({ a: `{{ ${before} }}`, b: `{{ ${before} }}` })), /^the value gets too large$/],
  ];
  for (const [what, vars, says] of bombs) {
    it(`end before they fill the memory: ${what}`, () => assert.throws(() => renderAll(vars), { name: 'TaskError', message: says }));
  }

  it('end before they are too deep for whoever walks them', () => {
    const deep = Object.fromEntries([['v0', 1], ...Array.from({ length: 1_000 }, (_, i) => [`v${i + 1}`, [`{{ v${i} }}`]] as const)]);
    assert.throws(() => renderAll(deep), { message: 'more than 200 lists and maps stand in each other' });
  });
});
