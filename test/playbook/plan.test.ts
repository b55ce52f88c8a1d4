import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { loadInventory } from '../../src/playbook/inventory.ts';
import { type PlanOptions, resolvePlan, scopeOf } from '../../src/playbook/plan.ts';
import { loadPlaybook } from '../../src/playbook/playbook.ts';
import { readModuleSchemas } from '../../src/playbook/schema.ts';

const STAGES = `stages:
  - { name: s, steps: [{ name: a, command: { argv: [ls] }, tags: x }, { name: b, command: { argv: [ls] }, tags: [y, always] }] }
  - { name: t, steps: [{ name: c, command: { argv: [ls] }, tags: z }] }
`;
const INVENTORY = 'g: { hosts: { a: { size: 3 }, b: , c: , d: , e: } }\n';

function plan(head: string, options: Partial<PlanOptions> = {}, inventory = INVENTORY) {
  const { playbook, problems } = loadPlaybook(
    `apiVersion: switchyard/v1\nname: n\n${head}${STAGES}`,
    'p.yml',
    readModuleSchemas(),
    '0.1.0',
  );
  assert.deepEqual(problems, []);
  const loaded = loadInventory({ names: ['i.yml'], read: () => inventory, directoryOf: () => '/' });
  return resolvePlan(playbook!, loaded.inventory, { limit: undefined, tags: [], skipTags: [], extraVars: {}, ...options });
}
const batches = (head: string, options: Partial<PlanOptions> = {}) =>
  plan(head, options).batches.map((batch) => batch.map(({ name }) => name).join(''));

describe('a plan', () => {
  it('has all hosts in one batch where nothing is said', () => assert.deepEqual(batches('hosts: g\n'), ['abcde']));
  it('begins with a canary if asked', () => assert.deepEqual(batches('hosts: g\nserial: [1, "40%", "100%"]\n'), ['a', 'bc', 'de']));
  it('repeats the last batch until no host is left', () => assert.deepEqual(batches('hosts: g\nserial: 2\n'), ['ab', 'cd', 'e']));
  it('never has an empty batch', () => assert.deepEqual(batches('hosts: g\nserial: "1%"\n'), ['a', 'b', 'c', 'd', 'e']));
  it('is cut by --limit', () => assert.deepEqual(batches('hosts: g\n', { limit: 'b,d' }), ['bd']));
  it('may have its hosts in the playbook, and localhost without any inventory', () => {
    assert.deepEqual(batches('hosts: { x: { ansible_host: 1.2.3.4 } }\n'), ['x']);
    assert.deepEqual(plan('hosts: localhost\n', {}, '{}').batches[0]![0]!.vars, { ansible_connection: 'local' });
  });

  it('is cut by tags; always is always there', () => {
    const steps = (options: Partial<PlanOptions>) =>
      plan('hosts: g\n', options).stages.map(({ name, steps: all }) => `${name}:${all.map((step) => step.name).join('')}`);
    assert.deepEqual(steps({ tags: ['x'] }), ['s:ab']);
    assert.deepEqual(steps({ skipTags: ['x', 'z'] }), ['s:b']);
    assert.deepEqual(steps({}), ['s:ab', 't:c']);
  });

  const INPUTS = 'hosts: g\ninputs: { size: { type: integer, default: 1, description: d } }\nvars: { twice: "{{ size * 2 }}" }\n';
  it('takes an input from the command line, then from the host, then its default', () => {
    const sizes = (options: Partial<PlanOptions>) =>
      plan(INPUTS, options)
        .batches[0]!.slice(0, 2)
        .map(({ inputs }) => inputs.size);
    assert.deepEqual(sizes({}), [3, 1]);
    assert.deepEqual(sizes({ extraVars: { size: '5' } }), [5, 5]);
  });

  it('renders variables over inputs', () => {
    const { playbook, batches: planned } = plan(INPUTS);
    assert.equal(scopeOf(playbook, planned[0]![0]!, {}).twice, 6);
  });

  const faults: readonly (readonly [string, string, Partial<PlanOptions>, RegExp])[] = [
    ['an unknown group', 'hosts: gg\n', {}, /p\.yml: hosts: gg: neither a group nor a host is named gg; did you mean g\?/],
    ['no host at all', 'hosts: g:!g\n', {}, /matches no host/],
    ['a limit that leaves none', 'hosts: g\n', { limit: 'a:!a' }, /with --limit a:!a matches no host/],
    ['a limit that nobody knows', 'hosts: g\n', { limit: 'q' }, /--limit q: neither a group nor a host is named q/],
    ['an unknown input', INPUTS, { extraVars: { sise: 1 } }, /-e sise: the playbook has no such input; did you mean size\?/],
    ['an input of the wrong kind', INPUTS, { extraVars: { size: 'big' } }, /-e size must be a whole number, not "big"/],
    [
      'an input that nobody gave',
      'hosts: g\ninputs: { key: { type: string, description: what for } }\n',
      {},
      /the input key is missing \(what for\); give it with -e key=…/,
    ],
  ];
  for (const [what, head, options, says] of faults) it(`is refused for ${what}`, () => assert.throws(() => plan(head, options), says));

  it('does not show what a sensitive input was', () => {
    const head = 'hosts: g\ninputs: { key: { type: string, sensitive: true, pattern: "^x", default: x, description: d } }\n';
    assert.throws(
      () => plan(head, { extraVars: { key: 'hunter2' } }),
      (error: Error) => !error.message.includes('hunter2') && /is not of the kind/.test(error.message),
    );
  });
});
