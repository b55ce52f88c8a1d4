// Every rule of a playbook: what breaks it, with the exact place and sentence, beside the same text made right.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Stage } from '../../src/playbook/playbook.ts';
import { loadText } from '../support/playbooks.ts';

const load = (source: string) => loadText(source);
const linesOf = (source: string) =>
  load(source).problems.map(({ position: { line, column }, message, hint }) => `${line}:${column}: ${message}${hint ? `; ${hint}` : ''}`);

/** A playbook whose only stage has these steps (indented by six). */
const withSteps = (steps: string, head = '') => `apiVersion: switchyard/v1
name: n
hosts: all
${head}stages:
  - name: s
    steps:
${steps.replace(/^/gm, '      ')}
`;
const STEP = '- { name: a, command: { argv: [ls] } }';

interface Rule {
  readonly rule: string;
  readonly bad: string;
  readonly says: readonly string[];
  readonly good: string;
}

const RULES: readonly Rule[] = [
  {
    rule: 'a key that does not exist',
    bad: withSteps(STEP, 'host: x\n'),
    says: ['4:1: unknown key host; did you mean hosts?'],
    good: withSteps(STEP, 'any_errors_fatal: true\n'),
  },
  {
    rule: 'a key that is missing',
    bad: 'apiVersion: switchyard/v1\nhosts: all\nstages: [{ name: s, steps: [{ name: a, command: { argv: [ls] } }] }]\n',
    says: ['1:1: name is missing'],
    good: withSteps(STEP),
  },
  {
    rule: 'an unknown module',
    bad: withSteps('- { name: a, comand: { argv: [ls] } }'),
    says: ['7:20: unknown module comand; did you mean command?'],
    good: withSteps(STEP),
  },
  {
    rule: 'a step without a module',
    bad: withSteps('- { name: a }'),
    says: [
      '7:9: the step has no module; one of archive, assert, command, docker_compose, docker_image, elasticsearch_health, elasticsearch_migrate, end_host, get_url, server_compose, server_release, uri',
    ],
    good: withSteps(STEP),
  },
  {
    rule: 'a step with two modules',
    bad: withSteps('- { name: a, command: { argv: [ls] }, end_host: { message: m } }'),
    says: ['7:45: a step has one module; this one has command and end_host; make two steps of it'],
    good: withSteps(`${STEP}\n- { name: b, end_host: { message: m } }`),
  },
  {
    rule: "a key of Ansible's that is not there",
    bad: withSteps('- { name: a, command: { argv: [ls] }, changed_when: false }'),
    says: ['7:45: changed_when is not supported by this runner; command has creates and removes'],
    good: withSteps(STEP),
  },
  {
    rule: "a misspelt argument: one fault, of the step's own module",
    bad: withSteps('- { name: a, get_url: { url: "https://x/y", dst: /tmp/y, dest: /tmp/y } }'),
    says: ['7:51: unknown key dst; did you mean dest?'],
    good: withSteps('- { name: a, get_url: { url: "https://x/y", dest: /tmp/y } }'),
  },
  {
    rule: 'an argument of the wrong kind',
    bad: withSteps('- { name: a, uri: { url: "http://x/", timeout: soon } }'),
    says: ['7:54: must be a number, not "soon"'],
    good: withSteps('- { name: a, uri: { url: "http://x/", timeout: 3 } }'),
  },
  {
    rule: 'a version that YAML has read as a number',
    bad: withSteps('- { name: a, elasticsearch_health: { version: 7.10 } }'),
    says: ['7:53: must be a text, not 7.10; write "7.10"'],
    good: withSteps('- { name: a, elasticsearch_health: { version: "7.10" } }'),
  },
  {
    rule: 'a value that is not one of those allowed',
    bad: withSteps('- { name: a, docker_compose: { project_dir: /o, state: presnt } }'),
    says: ['7:62: must be present or absent, not "presnt"; did you mean present?'],
    good: withSteps('- { name: a, docker_compose: { project_dir: /o, state: present } }'),
  },
  {
    rule: 'a template where a value of another kind is wanted is judged when it is rendered',
    bad: withSteps('- { name: a, uri: { url: "http://x/", timeout: "{{ nothing }}" } }'),
    says: ['7:58: nothing is not defined; declare it under inputs or vars, or register it in an earlier step'],
    good: withSteps('- { name: a, uri: { url: "http://x/", timeout: "{{ t }}" } }', 'vars: { t: 3 }\n'),
  },
  {
    rule: 'two keys of one name',
    bad: 'apiVersion: switchyard/v1\nname: n\nname: m\nhosts: all\nstages: [{ name: s, steps: [{ name: a, command: { argv: [ls] } }] }]\n',
    says: ['3:1: the key "name" is given twice; the first is at line 2, column 1; keep one of the two'],
    good: withSteps(STEP),
  },
  {
    rule: 'two stages of one name',
    bad: withSteps(`${STEP}`).replace(/$/, `  - name: s\n    steps: [{ name: a, command: { argv: [ls] } }]\n`),
    says: ['8:11: there is another stage named "s" at 5:11; stage names are unique'],
    good: withSteps(STEP),
  },
  {
    rule: 'two steps of one name in a stage',
    bad: withSteps(`${STEP}\n${STEP}`),
    says: ['8:17: there is another step named "a" at 7:17; step names are unique'],
    good: withSteps(`${STEP}\n${STEP.replace('name: a', 'name: b')}`),
  },
  {
    rule: 'a name that is nowhere',
    bad: withSteps('- { name: a, command: { argv: ["{{ trains_dri }}"] } }', 'vars: { trains_dir: /o }\n'),
    says: ['8:42: trains_dri is not defined; did you mean trains_dir?'],
    good: withSteps('- { name: a, command: { argv: ["{{ trains_dir }}"] } }', 'vars: { trains_dir: /o }\n'),
  },
  {
    rule: 'an attribute that the facts do not have',
    bad: withSteps('- { name: a, assert: { that: facts.memory.totl_bytes > 1 } }'),
    says: ['7:49: facts.memory has no attribute totl_bytes; did you mean total_bytes?'],
    good: withSteps('- { name: a, assert: { that: facts.memory.total_bytes > 1 } }'),
  },
  {
    rule: "an attribute that the module's outputs do not have",
    bad: withSteps(`${STEP.replace(' }', ' }').replace(/ }$/, ', register: said }')}\n- { name: b, assert: { that: said.rcc == 0 } }`),
    says: ['8:41: said has no attribute rcc; did you mean rc?'],
    good: withSteps(`${STEP.replace(/ }$/, ', register: said }')}\n- { name: b, assert: { that: said.rc == 0 } }`),
  },
  {
    rule: 'a register that is used before it is set',
    bad: withSteps(`- { name: b, assert: { that: said.rc == 0 } }\n${STEP.replace(/ }$/, ', register: said }')}`),
    says: ['7:36: said is not set yet; it is registered by the step "a", which comes later'],
    good: withSteps(`${STEP.replace(/ }$/, ', register: said }')}\n- { name: b, assert: { that: said.rc == 0 } }`),
  },
  {
    rule: 'a register that has the name of something else',
    bad: withSteps(STEP.replace(/ }$/, ', register: facts }')),
    says: ["7:55: facts is already an input, a variable or a name of the runner's own"],
    good: withSteps(STEP.replace(/ }$/, ', register: mine }')),
  },
  {
    rule: 'an expression that does not end',
    bad: withSteps(STEP.replace(/ }$/, ', when: "1 <" }')),
    says: ['7:54: the expression is not complete'],
    good: withSteps(STEP.replace(/ }$/, ', when: "1 < 2" }')),
  },
  {
    rule: 'braces where an expression stands already',
    bad: withSteps(STEP.replace(/ }$/, ', when: "{{ 1 < 2 }}" }')),
    says: ['7:51: this is an expression already; write it without {{ }}'],
    good: withSteps(STEP.replace(/ }$/, ', when: "1 < 2" }')),
  },
  {
    rule: "Jinja's blocks",
    bad: withSteps('- { name: a, command: { argv: ["{% if x %}"] } }'),
    says: ['7:39: {% %} is not supported; use {{ a if condition else b }}, or steps with when'],
    good: withSteps('- { name: a, command: { argv: ["{{ 1 if true else 2 }}"] } }'),
  },
  {
    rule: 'an input without a type',
    bad: withSteps(STEP, 'inputs: { v: { default: x } }\n'),
    says: ['4:11: type is missing'],
    good: withSteps(STEP, 'inputs: { v: { type: path, default: /opt/trains } }\n'),
  },
  {
    rule: 'a pattern that is none',
    bad: withSteps(STEP, 'inputs: { v: { type: string, description: d, default: x, pattern: "(" } }\n'),
    says: ['4:68: "(" is not a pattern: missing closing ): ('],
    good: withSteps(STEP, 'inputs: { v: { type: string, description: d, default: x, pattern: "^x" } }\n'),
  },
  {
    rule: 'a name that is a word of the language',
    bad: withSteps(
      '- { name: a, command: { argv: [ls] }, register: not }',
      'inputs: { __proto__: { type: string, description: d, default: x } }\n',
    ),
    says: [
      '4:11: __proto__ means something else in expressions; choose another name',
      '8:55: not means something else in expressions; choose another name',
    ],
    good: withSteps(
      '- { name: a, command: { argv: [ls] }, register: note }',
      'inputs: { proto: { type: string, description: d, default: x } }\n',
    ),
  },
  {
    rule: 'a typing error that a default would hide',
    bad: withSteps('- { name: a, command: { argv: ["{{ facts.memry | default(1) }}"] }, when: fact is defined }'),
    says: ['7:48: facts has no attribute memry; did you mean memory?', '7:81: fact is not defined; did you mean facts?'],
    good: withSteps('- { name: a, command: { argv: ["{{ facts.memory | default(1) }}"] }, when: facts is defined }'),
  },
  {
    rule: 'a template for become_user',
    bad: withSteps('- { name: a, command: { argv: [ls] }, become: true, become_user: "{{ inventory_hostname }}" }'),
    says: ['7:72: become_user takes no template; write the name of the user'],
    good: withSteps('- { name: a, command: { argv: [ls] }, become: true, become_user: deploy }'),
  },
  {
    rule: 'a default that is not of its own type',
    bad: withSteps(STEP, 'inputs: { v: { type: version, description: d, default: 0.10 } }\n'),
    says: ['4:56: must be a text, not 0.1; write "0.10"'],
    good: withSteps(STEP, 'inputs: { v: { type: version, description: d, default: "0.10" } }\n'),
  },
  {
    rule: 'a newer runner that is asked for',
    bad: withSteps(STEP, 'requires: { runner: ">=0.2" }\n'),
    says: ['4:21: this playbook needs the runner in version >=0.2; this is 0.1.0; install a newer switchyard-runner'],
    good: withSteps(STEP, 'requires: { runner: ">=0.1" }\n'),
  },
];

describe('a playbook', () => {
  for (const { rule, bad, says, good } of RULES) {
    it(`is told of ${rule}`, () => {
      assert.deepEqual(linesOf(bad), says);
      assert.equal(load(bad).playbook, undefined);
      assert.deepEqual(linesOf(good), []);
    });
  }

  it('hears of all its faults at once, in the order of their places', () => {
    const text = withSteps(
      '- { name: a, comand: { argv: [ls] } }\n- { name: b, command: { argv: ["{{ nope }}"] }, when: "1 <" }',
      'wrong: 1\n',
    );
    assert.deepEqual(
      linesOf(text).map((line) => line.split(':').slice(0, 2).join(':')),
      ['4:1', '8:20', '9:42', '9:64'],
    );
  });

  it('may name its schema by a key, for editors that take no comment', () => {
    assert.deepEqual(linesOf(withSteps(STEP, '$schema: schemas/playbook.json\n')), []);
  });

  it('that is empty, a list or no YAML at all is told so', () => {
    assert.equal(linesOf('').length, 1);
    assert.equal(linesOf('- a\n').length, 1);
    assert.ok(linesOf('a: [\n').length >= 1);
  });

  it("holds a step to its stage's condition before its own", () => {
    const text = withSteps(STEP.replace(/ }$/, ', when: "2 < 3" }')).replace('- name: s', '- name: s\n    when: 1 < 2');
    assert.deepEqual(
      load(text).playbook!.stages[0]!.steps[0]!.when.map(({ source }) => source),
      ['1 < 2', '2 < 3'],
    );
  });

  it('cannot reach what is not its own', () => {
    const text = withSteps('- { name: a, command: { argv: ["{{ facts.constructor }}", "{{ inventory_hostname.__proto__ }}"] } }');
    assert.equal(linesOf(text).length, 2);
  });

  it("gives a stage's become to its steps, but for those that say otherwise", () => {
    const stage = '- name: s\n    become: true\n    always: [{ name: c, command: { argv: [ls] } }]';
    const { playbook } = load(withSteps(`${STEP}\n- { name: b, command: { argv: [ls] }, become: false }`).replace('- name: s', stage));
    const [{ steps, always }] = playbook!.stages as [Stage];
    assert.deepEqual(
      [...steps, ...always].map(({ name, become, becomeUser }) => [name, become, becomeUser]),
      [
        ['a', true, 'root'],
        ['b', false, 'root'],
        ['c', true, 'root'],
      ],
    );
  });

  it('keeps its steps complete, with what was not said filled in', () => {
    const { playbook } = load(
      withSteps('- { name: a, command: { argv: [ls] }, tags: x }').replace('- name: s', '- name: s\n    tags: [y]'),
    );
    const [step] = playbook!.stages[0]!.steps;
    const { position: _position, ...rest } = step!;
    assert.deepEqual(rest, {
      stage: 's',
      part: 'steps',
      name: 'a',
      id: 's/a',
      module: 'command',
      args: { argv: ['ls'] },
      when: [],
      register: undefined,
      notify: [],
      tags: ['y', 'x'],
      become: false,
      becomeUser: 'root',
      loop: undefined,
      runOnce: false,
      throttle: undefined,
      retries: 0,
      until: undefined,
      delay: 5,
      timeout: undefined,
      ignoreErrors: false,
      environment: {},
    });
  });
});
