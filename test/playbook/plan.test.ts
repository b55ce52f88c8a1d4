import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readAnswer } from '../../src/playbook/given.ts';
import { findQuestions, type PlanOptions, resolvePlan, scopeOf } from '../../src/playbook/plan.ts';
import { loadTexts } from '../support/files.ts';
import { loadText } from '../support/playbooks.ts';

const STAGES = `stages:
  - { name: s, steps: [{ name: a, command: { argv: [ls] }, tags: x }, { name: b, command: { argv: [ls] }, tags: [y, always] }] }
  - { name: t, steps: [{ name: c, command: { argv: [ls] }, tags: z }] }
`;
const INVENTORY = 'g: { hosts: { a: { size: 3 }, b: , c: , d: , e: } }\n';

const plan = (head: string, options: Partial<PlanOptions> = {}, inventory = INVENTORY) => made(resolvePlan, head, options, inventory);

function made<T>(make: (...args: Parameters<typeof resolvePlan>) => T, head: string, options: Partial<PlanOptions>, inventory: string): T {
  const { playbook, problems } = loadText(`apiVersion: switchyard/v1\nname: n\n${head}${STAGES}`);
  assert.deepEqual(problems, []);
  const loaded = loadTexts(inventory);
  return make(playbook!, loaded.inventory, { limit: undefined, tags: [], skipTags: [], extraVars: {}, ...options });
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

  it('reaches hosts by what the command line says, over what the inventory says', () => {
    const { vars } = plan(
      'hosts: g\n',
      { extraVars: { ansible_user: 'me' } },
      'g: { hosts: { a: { ansible_user: you, ansible_port: 5 } } }\n',
    ).batches[0]![0]!;
    assert.deepEqual([vars.ansible_user, vars.ansible_port], ['me', 5]);
  });

  it('renders variables over inputs', () => {
    const { playbook, batches: planned } = plan(INPUTS);
    assert.equal(scopeOf(playbook, planned[0]![0]!, {}).twice, 6);
  });

  const faults: readonly (readonly [string, string, Partial<PlanOptions>, RegExp])[] = [
    ['an unknown group', 'hosts: gg\n', {}, /^ValidationError: p\.yml:3:8: neither a group nor a host is named gg; did you mean g\?$/],
    ['no host at all', 'hosts: g:!g\n', {}, /matches no host/],
    ['a limit that leaves none', 'hosts: g\n', { limit: 'a:!a' }, /with --limit a:!a matches no host/],
    ['a limit that nobody knows', 'hosts: g\n', { limit: 'q' }, /--limit q: neither a group nor a host is named q/],
    ['an unknown input', INPUTS, { extraVars: { sise: 1 } }, /-e sise: the playbook has no such input; did you mean size\?/],
    ['an input of the wrong kind', INPUTS, { extraVars: { size: 'big' } }, /-e size must be a whole number, not "big"/],
    ['a tag that no step has', 'hosts: g\n', { tags: ['xx'] }, /^UsageError: --tags xx: no step has this tag; did you mean x\?$/],
    ['a skipped tag that no step has', 'hosts: g\n', { skipTags: ['zz'] }, /--skip-tags zz: no step has this tag; did you mean z\?/],
    ['tags that leave no step', 'hosts: g\n', { skipTags: ['x', 'y', 'z'] }, /the tags leave no step to run/],
    [
      'an input that nobody gave',
      'hosts: g\ninputs: { key: { type: string, description: what for } }\n',
      {},
      /the input key is missing \(what for\); give it with -e key=…/,
    ],
  ];
  for (const [what, head, options, says] of faults) it(`is refused for ${what}`, () => assert.throws(() => plan(head, options), says));

  it('fills in the templates of the inventory that the runner uses, and says which it cannot', () => {
    const inventory = (size: string) =>
      `g: { vars: { ip: 10.0.0.1, n: 7, far: "{{ lookup(1) }}" }, hosts: { a: { ansible_host: "{{ ip }}", size: "${size}" } } }\n`;
    const [host] = plan(INPUTS, {}, inventory('{{ n }}')).batches[0]!;
    assert.deepEqual([host!.vars.ansible_host, host!.inputs.size, host!.vars.far], ['10.0.0.1', 7, '{{ lookup(1) }}']);
    assert.throws(
      () => plan(INPUTS, {}, inventory('{{ nn }}')),
      /:1:100: size: nn is not defined, in: nn; p\.yml takes it for its input size$/,
    );
    assert.throws(
      () => plan(INPUTS, {}, inventory('{{ size }}')),
      /:1:100: size leads back to itself; p\.yml takes it for its input size$/,
    );
  });

  it('of five thousand hosts is made in less than two seconds', () => {
    const groups = Array.from({ length: 10 }, (_, i) => `g${i}: { vars: { v${i}: 1 }, hosts: { "h${i}-[1:500]": } }`);
    const started = performance.now();
    assert.equal(plan('hosts: all\n', {}, groups.join('\n')).batches[0]!.length, 5000);
    assert.equal(performance.now() - started < 2000, true);
  });

  it('does not show what a sensitive input was', () => {
    const head = 'hosts: g\ninputs: { key: { type: string, sensitive: true, pattern: "^x", default: { env: K }, description: d } }\n';
    assert.throws(
      () => plan(head, { extraVars: { key: 'hunter2' } }),
      (error: Error) => !error.message.includes('hunter2') && /is not of the kind/.test(error.message),
    );
  });
});

describe('the questions of a plan', () => {
  const HEAD = `hosts: g
inputs:
  plain: { type: string, default: "", description: d }
  pass: { type: string, default: "", sensitive: true, pattern: "^[a-z]*$", description: d, prompt: Password }
  size: { type: integer, default: 1, description: d, prompt: Size }
  must: { type: string, description: what for, prompt: Must }
`;
  const questions = (options: Partial<PlanOptions> = {}, inventory = INVENTORY, head = HEAD) =>
    made(findQuestions, head, options, inventory).map(({ name, hosts }) => `${name}: ${hosts.join('')}`);

  it('are those of the inputs that a host was not given, in the order of the inputs', () => {
    assert.deepEqual(questions(), ['pass: abcde', 'size: bcde', 'must: abcde']);
    assert.deepEqual(questions({ limit: 'a' }), ['pass: a', 'must: a']);
    assert.deepEqual(questions({ extraVars: { pass: '', must: 'x' }, limit: 'a' }), []);
  });

  it('are not put where something else is wrong: nobody is asked in vain', () => {
    assert.throws(() => questions({ tags: ['xx'] }), /^UsageError: --tags xx: no step has this tag/);
    const head = `${HEAD}  other: { type: string, description: o }\n`;
    assert.throws(() => questions({}, INVENTORY, head), /^UsageError: the input other is missing \(o\); give it with -e other=…$/);
  });

  it('without an answer leave the default, or the input is missing', () => {
    assert.deepEqual(plan(HEAD, { extraVars: { must: 'x' } }).batches[0]![1]!.inputs, { plain: '', pass: '', size: 1, must: 'x' });
    assert.throws(() => plan(HEAD), /^UsageError: the input must is missing \(what for\); give it with -e must=…$/);
  });

  it('are answered for the hosts that have no value of their own', () => {
    const answers = new Map<string, unknown>([
      ['size', 7],
      ['must', 'y'],
    ]);
    const sizes = plan(HEAD, { answers }).batches[0]!.slice(0, 2);
    assert.deepEqual(
      sizes.map(({ inputs }) => [inputs.size, inputs.must]),
      [
        [3, 'y'],
        [7, 'y'],
      ],
    );
  });

  it('take an answer as the type of the input wants, and never show a sensitive one', () => {
    const [pass, size] = made(findQuestions, HEAD, {}, INVENTORY).map(({ input }) => input);
    assert.deepEqual(readAnswer(size!, '12'), { value: 12 });
    assert.deepEqual(readAnswer(size!, 'big'), { fault: 'must be a whole number, not "big"' });
    assert.deepEqual(readAnswer(pass!, 'Hunter2'), { fault: 'is not of the kind that is wanted' });
  });
});
