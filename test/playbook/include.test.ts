// `include`: what stands in its place, and every way in which it can be wrong, told where the include stands.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { UsageError } from '../../src/base/errors.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { readModuleSchemas } from '../../src/playbook/schema.ts';
import { loadText } from '../support/playbooks.ts';

const HEAD = 'apiVersion: switchyard/v1\nname: n\nhosts: all\nstages:\n';
const STEPS = (items: string) => `${HEAD}  - name: s\n    steps:\n${items.replace(/^/gm, '      ')}\n`;
type Files = Readonly<Record<string, string>>;

const load = (source: string, files: Files = {}) => loadText(source, 'books/p.yml', files);
const linesOf = (source: string, files: Files = {}) =>
  load(source, files).problems.map(
    ({ position: { file, line, column }, message, hint }) => `${file}:${line}:${column}: ${message}${hint ? `; ${hint}` : ''}`,
  );

describe('include', () => {
  it('puts the items of a file in its place, relative to the file that includes it', () => {
    const { playbook, problems, sources } = load(
      STEPS('- { name: a, end_host: {} }\n- include: parts/one.yml\n- { name: d, end_host: {} }'),
      {
        'books/parts/one.yml': '- { name: b, end_host: {} }\n- include: two.yml\n',
        'books/parts/two.yml': '# the last\n- { name: c, end_host: {} }\n',
      },
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      playbook!.stages[0]!.steps.map(({ id, position: { file, line, column } }) => `${id} ${file}:${line}:${column}`),
      ['s/a books/p.yml:7:9', 's/b books/parts/one.yml:1:3', 's/c books/parts/two.yml:2:3', 's/d books/p.yml:9:9'],
    );
    assert.deepEqual([...sources.keys()], ['books/p.yml', 'books/parts/one.yml', 'books/parts/two.yml']);
  });

  it('brings stages, too', () => {
    const { playbook, problems } = load(`${HEAD}  - include: stages.yml\n`, {
      'books/stages.yml': '- { name: s, steps: [{ name: a, end_host: {} }] }\n- { name: t, steps: [{ name: a, end_host: {} }] }\n',
    });
    assert.deepEqual([problems, playbook!.stages.map(({ name }) => name)], [[], ['s', 't']]);
  });

  it('tells of faults where they were written: shape, expressions, names that another file has', () => {
    const files = {
      'books/one.yml':
        '- { name: a, command: { argv: ["{{ nowhere }}"] } }\n- { name: b, comand: {} }\n- name: c\n  command: { argv: [ls] }\n  register: said\n',
    };
    assert.deepEqual(linesOf(STEPS('- include: one.yml\n- { name: a, assert: { that: said.rcc == 0 } }'), files), [
      'books/one.yml:1:36: nowhere is not defined; declare it under inputs or vars, or register it in an earlier step',
      'books/one.yml:2:14: unknown module comand; did you mean command?',
      'books/p.yml:8:17: there is another step named "a" at books/one.yml:1:11; step names are unique',
      'books/p.yml:8:41: said has no attribute rcc; did you mean rc?',
    ]);
  });

  it('tells of a file that is not there, and knows that names may be missing', () => {
    assert.deepEqual(linesOf(STEPS('- include: gone.yml\n- { name: a, assert: { that: said.rc == 0 } }')), [
      'books/p.yml:7:18: there is no file books/gone.yml; the name is relative to the file that includes it',
    ]);
  });

  it('tells of a file that cannot be read', () => {
    const { problems } = loadPlaybook(STEPS('- include: one.yml'), 'p.yml', {
      modules: readModuleSchemas(),
      version: '0.1.0',
      read: (file) => {
        throw new UsageError(`EACCES: permission denied, open '${file}'`);
      },
    });
    assert.deepEqual(
      problems.map(({ rule, message }) => [rule, message]),
      [['include-missing', "EACCES: permission denied, open 'one.yml'"]],
    );
  });

  it('tells of files that include each other, once', () => {
    const files = {
      'books/one.yml': '- { name: a, end_host: {} }\n- include: two.yml\n',
      'books/two.yml': '- include: ../books/one.yml\n',
    };
    assert.deepEqual(linesOf(STEPS('- include: one.yml'), files), [
      'books/two.yml:1:12: books/one.yml includes books/two.yml includes books/one.yml; a file cannot include itself',
    ]);
    assert.deepEqual(linesOf(STEPS('- include: p.yml')), [
      'books/p.yml:7:18: books/p.yml includes books/p.yml; a file cannot include itself',
    ]);
  });

  it('tells of a file of another kind', () => {
    const files = {
      'books/stages.yml': '- { name: s, steps: [{ name: a, end_host: {} }] }\n',
      'books/steps.yml': '- { name: a, end_host: {} }\n',
      'books/playbook.yml': STEPS('- { name: a, end_host: {} }'),
      'books/map.yml': 'a: 1\n',
      'books/text.yml': 'a\n',
      'books/empty.yml': '# nothing\n',
    };
    const items = ['stages', 'playbook', 'map', 'text', 'empty'].map((name) => `- include: ${name}.yml`).join('\n');
    assert.deepEqual(linesOf(STEPS(items), files), [
      'books/p.yml:7:18: books/stages.yml is a list of stages; a list of steps is wanted here',
      'books/p.yml:8:18: books/playbook.yml is a playbook of its own; a list of steps is wanted here',
      'books/p.yml:9:18: books/map.yml is a map; a list of steps is wanted here',
      'books/p.yml:10:18: books/text.yml is a text; a list of steps is wanted here',
      'books/p.yml:11:18: books/empty.yml is empty; a list of steps is wanted here',
    ]);
    assert.deepEqual(linesOf(`${HEAD}  - include: steps.yml\n`, files), [
      'books/p.yml:5:14: books/steps.yml is a list of steps; a list of stages is wanted here',
    ]);
  });

  it('takes no template and nothing beside it', () => {
    assert.deepEqual(linesOf(STEPS('- include: "{{ inventory_hostname }}.yml"')), [
      'books/p.yml:7:18: an include takes no template; write the name of the file; a step chooses with when',
    ]);
    assert.deepEqual(linesOf(STEPS('- { include: one.yml, when: true }'), { 'books/one.yml': '- { name: a, end_host: {} }\n' }), [
      'books/p.yml:7:29: unknown key when; allowed: include',
    ]);
  });

  it('of files that multiply comes to an end', () => {
    const files = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`books/${i}.yml`, `- include: ${i + 1}.yml\n- include: ${i + 1}.yml\n`]),
    );
    assert.deepEqual(
      load(STEPS('- include: 0.yml'), { ...files, 'books/20.yml': '- { name: a, end_host: {} }\n' }).problems.map(({ rule }) => rule),
      ['include-bomb'],
    );
  });
});
