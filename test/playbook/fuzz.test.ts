// Playbooks made by chance: the shipped one with pieces cut out, put in and swapped, maps of right and wrong keys, and words thrown
// together. Each is a playbook, or told where it is none: nothing throws, no place lies outside of the file, line ends change nothing.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parse } from 'yaml';
import type { Problem } from '../../src/base/errors.ts';
import { RULES } from '../../src/base/rules.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { readModuleSchemas } from '../../src/playbook/schema.ts';
import { cases, seed } from '../support/fuzz.ts';

const modules = readModuleSchemas();
const shipped = readFileSync(new URL('../../playbooks/trains-0.16.yml', import.meta.url), 'utf8');
const small = `apiVersion: switchyard/v1
name: n
hosts: { a: {}, b: { x: 1 } }
inputs:
  dir: { type: path, default: /srv, description: where }
vars: { there: "{{ dir }}/x" }
stages:
  - name: one
    steps:
      - name: look
        uri: { url: "http://127.0.0.1/{{ there }}" }
        register: seen
      - name: act
        when: seen.json is defined
        command: { argv: [echo, "{{ seen.status }}"] }
        loop: [1, 2]
        notify: after
    handlers:
      - name: after
        command: { argv: ["true"] }
`;

const INCLUDED: Readonly<Record<string, string>> = {
  'steps.yml': '- { name: i, command: { argv: [ls] } }\n',
  'itself.yml': '- include: itself.yml\n',
};
const load = (text: string) => loadPlaybook(text, 'p.yml', { modules, version: '0.1.0', read: (path) => INCLUDED[path] });

const words =
  'apiVersion|name|hosts|serial|inputs|vars|stages|steps|rescue|always|handlers|notify|when|loop|register|include|command|argv|uri|assert|that|type|default|pattern|: |:|, |- |{|}|[|]|"|\'|\n|\n  |\n    |{{ x }}|{{|}}|item|&a |*a|<<: *a|!t |---|...|# c|yes|no|0777|1:30|0.10|.nan|1e999|null|~|__proto__|constructor|ä|😀|\t|\\|%YAML 1.1|?|\n  |  |     |steps.yml|itself.yml'.split(
    '|',
  );
const piece = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: fc.string({ maxLength: 4 }) });
const thrown = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(''));

/** A cut of the text at `at` (0 to 1), `length` characters long, with `put` in its place. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat({ max: 30 }),
  put: fc.oneof(fc.constant(''), piece),
});
const mutated = fc
  .record({ source: fc.constantFrom(shipped, small, small, small), edits: fc.array(edit, { minLength: 1, maxLength: 5 }) })
  .map(({ source, edits }) =>
    edits.reduce((text, { at, length, put }) => {
      const start = Math.floor(at * text.length);
      return text.slice(0, start) + put + text.slice(start + length);
    }, source),
  );

/** Every key and scalar of the playbooks, to be put where it does not belong. */
const { key, value } = fc.letrec<{ key: string; value: unknown }>((tie) => ({
  key: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom('toString', 'enum', ...keysOf([parse(shipped), parse(small)])) },
    { weight: 1, arbitrary: fc.string() },
  ),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('{{ dir }}', 'seen.status == 200', '{{ item }}', '/srv', '', 'steps.yml', 'a:!b', '50%'),
    fc.oneof(fc.boolean(), fc.integer(), fc.double(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(tie('key'), tie('value'), { maxKeys: 4 }),
  ),
}));
const steered = fc
  .record({ path: fc.array(fc.nat({ max: 20 }), { maxLength: 6 }), key, value })
  .map(({ path, key: name, value: put }) => JSON.stringify(planted(parse(small), path, { name, put }), undefined, 1));

function keysOf(tree: unknown): string[] {
  if (typeof tree !== 'object' || tree === null) return [];
  const own = Array.isArray(tree) ? [] : Object.keys(tree);
  return [...new Set([...own, ...Object.values(tree).flatMap(keysOf)])];
}

/** The tree with something put into the map or list that the path leads to, a step of it being the number of a member. */
function planted(tree: unknown, path: readonly number[], what: { readonly name: string; readonly put: unknown }): unknown {
  if (typeof tree !== 'object' || tree === null) return what.put;
  const [step, ...rest] = path;
  const members = Object.keys(tree);
  if (step === undefined || members.length === 0) {
    return Array.isArray(tree) ? [...tree, what.put] : Object.defineProperty({ ...tree }, what.name, { value: what.put, enumerable: true });
  }
  const name = members[step % members.length]!;
  const member = planted((tree as Record<string, unknown>)[name], rest, what);
  return Array.isArray(tree) ? tree.with(Number(name), member) : { ...tree, [name]: member };
}

function assertPlaced({ rule, position, message }: Problem, texts: ReadonlyMap<string, string>): void {
  const told = JSON.stringify({ rule, position, message });
  assert.ok(Object.hasOwn(RULES, rule) && message.trim() !== '', told);
  const lines = texts.get(position.file)!.split(/\r\n|\r|\n/);
  const { line, column, endLine, endColumn } = position;
  assert.ok(line >= 1 && endLine >= line && endLine <= lines.length, told);
  assert.ok(column >= 1 && column <= lines[line - 1]!.length + 1 && endColumn <= lines[endLine - 1]!.length + 1, told);
  assert.ok(endLine > line || endColumn >= column, told);
}

describe('a playbook made by chance', () => {
  const kinds = { 'words thrown together': thrown, 'a playbook with its text changed': mutated, 'a playbook with a value put in': steered };
  for (const [kind, texts] of Object.entries(kinds)) {
    it(`is one, or told where it is none: ${kind}`, function () {
      this.timeout(0);
      fc.assert(
        fc.property(texts, (text) => {
          const { playbook, problems, sources } = load(text);
          assert.ok(playbook !== undefined || problems.length > 0);
          for (const problem of problems) assertPlaced(problem, new Map([...sources, ['p.yml', text]]));
          assert.deepEqual(load(text).problems, problems);
          if (!text.includes('\r')) assert.deepEqual(load(text.replaceAll('\n', '\r\n')).problems, problems);
        }),
        { numRuns: Math.ceil(cases / 3), seed },
      );
    });
  }
});
