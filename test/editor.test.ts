// What an editor makes of the schemas, by the language server that editors use: what it offers, shows and finds.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { readModuleTexts } from '../schemas/generate.ts';
import { type Editor, withEditor } from './support/language_server.ts';
import { loadText } from './support/playbooks.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(resolve(root, path), 'utf8');

interface Described {
  readonly title: string;
  readonly description: string;
  readonly $ref?: string;
}

const playbookSchema = JSON.parse(read('schemas/playbook.json')) as {
  definitions: Readonly<Record<string, { readonly properties: Readonly<Record<string, Described>> }>>;
};
const { definitions } = playbookSchema;
const modules = readModuleTexts();
const MODELINE = '# yaml-language-server: $schema=../schemas/playbook.json\n';

const INVENTORY_MODELINE = MODELINE.replace('playbook.json', 'inventory.json');

/** A playbook whose one step ends with these lines, and the place of the bar in it. */
function playbook(...lines: readonly string[]): { readonly text: string; readonly at: number } {
  const text = `${MODELINE}apiVersion: switchyard/v1
name: A playbook that is being written
hosts: all
stages:
  - name: one
    steps:
      - name: a step
${lines.map((line) => `        ${line}\n`).join('')}`;
  return marked(text);
}

/** A text and the place of the bar in it. */
function marked(text: string): { readonly text: string; readonly at: number } {
  return { text: text.replace('|', ''), at: text.indexOf('|') };
}

/** What the examples of steps may go on from. */
const BEFORE = `apiVersion: switchyard/v1
name: The examples of a page
hosts: all
stages:
  - name: before
    steps:
      - name: what is installed here
        server_release: { project_dir: /opt/trains }
        register: installed
  - name: examples
    steps:
`;
const STEPS_MODELINE = MODELINE.replace('playbook.json', 'playbook.json#/definitions/steps');

/** Playbooks in the pages, and lists of steps, those of a page together: each may stand in a file of its own. */
const examples = readdirSync(resolve(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .sort()
  .flatMap((name) => {
    const blocks = [...read(`docs/${name}`).matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text]) => text!);
    const steps = blocks.filter((text) => text.startsWith('- name:')).join('');
    return [...blocks.filter((text) => text.startsWith('apiVersion:')), ...(steps === '' ? [] : [steps])].map((text) => ({
      name: `docs/${name}`,
      text,
    }));
  });

describe('an editor', () => {
  let editor: Editor;
  let close: () => void;
  let closed: Promise<void>;
  let count = 0;

  before(async () => {
    editor = await new Promise<Editor>((ready, failed) => {
      closed = withEditor((opened) => {
        ready(opened);
        return new Promise<void>((done) => {
          close = done;
        });
      });
      closed.catch(failed);
    });
  });

  after(async () => {
    close();
    await closed;
  });

  const open = (text: string) => editor.open(`playbooks/being-written-${count++}.yml`, text);

  it('offers a step every module and every other key, each with what its schema says', async () => {
    const { text, at } = playbook('|');
    const expected = Object.entries(definitions.step!.properties)
      .filter(([key]) => key !== 'name')
      .map(([label, { description }]) => ({ label, documentation: modules.get(label)?.description ?? description }));
    assert.deepEqual(byLabel(await (await open(text)).complete(at)), byLabel(expected));
  });

  for (const [name, { properties }] of modules) {
    it(`offers the arguments of ${name}, each with what its schema says`, async () => {
      const { text, at } = playbook(`${name}:`, '  |');
      const offered = await (await open(text)).complete(at);
      const expected = Object.entries(properties!).map(([label, { description }]) => ({ label, documentation: description }));
      assert.deepEqual(byLabel(offered.filter(({ label }) => label !== name)), byLabel(expected)); // the module's own name is all that it needs, at once
    });
  }

  it('offers the values that an argument may have', async () => {
    const { text, at } = playbook('docker_compose:', '  project_dir: /opt/trains', '  state: |');
    assert.deepEqual(
      (await (await open(text)).complete(at)).map(({ label }) => label),
      ['present', 'absent'],
    );
  });

  it('shows what a module, an argument and a key of a step are', async () => {
    const { text } = playbook('docker_compose:', '  state: absent', '  timeout: "{{ 60 }}"', 'retries: 3');
    const { hover } = await open(text);
    const told = async (key: string) =>
      plain(await hover(text.indexOf(`${key}:`) + 1))
        .split('\n\n')
        .slice(0, 2);
    const { title, description, properties } = modules.get('docker_compose')!;
    assert.deepEqual(await told('docker_compose'), [`#### ${title}`, description]);
    for (const key of ['state', 'timeout'])
      assert.deepEqual(await told(key), [`#### ${properties![key]!.title}`, properties![key]!.description]);
    const { retries } = definitions.step!.properties;
    assert.deepEqual(await told('retries'), [`#### ${retries!.title}`, retries!.description]);
  });

  it('finds each fault where it is, and makes no others of it', async () => {
    const { text } = playbook(
      'docker_compose:',
      '  project_dir: /opt/trains',
      '  state: abscent',
      '  timeout: soon',
      '  files: { one: docker-compose.yml }',
      '  parc: true',
      'uri: { url: "{{ trains_dir }}", status: [200, 20], timeout: "{{ 5 }}" }',
      'retriess: 3',
    );
    assert.deepEqual((await open(text)).findings, [
      '11:18: Value is not accepted. Valid values: "present", "absent".',
      '12:20: Incorrect type. Expected "integer".',
      '13:18: Incorrect type. Expected "array | string".',
      '14:11: Property parc is not allowed.',
      '15:55: Value is below the minimum of 100.',
      '16:9: Property retriess is not allowed.',
    ]);
  });

  for (const name of readdirSync(resolve(root, 'playbooks'))) {
    it(`finds no fault in playbooks/${name}`, async () => {
      const text = read(`playbooks/${name}`);
      assert.ok(text.startsWith(MODELINE));
      assert.deepEqual((await editor.open(`playbooks/${name}`, text)).findings, []);
    });
  }

  for (const name of readdirSync(resolve(root, 'inventories'))) {
    it(`finds no fault in inventories/${name}`, async () => {
      const text = read(`inventories/${name}`);
      assert.ok(text.startsWith(INVENTORY_MODELINE));
      assert.deepEqual((await editor.open(`inventories/${name}`, text)).findings, []);
    });
  }

  it('offers the variables of an inventory, each with what its schema says, and finds one that cannot be', async () => {
    const lines = ['trains:', '  hosts:', '    trains-1:', '      ansible_port: 99999', '      |'];
    const { text, at } = marked(`${INVENTORY_MODELINE}${lines.join('\n')}\n`);
    const { complete, findings } = await editor.open('inventories/being-written.yml', text);
    const { properties } = (JSON.parse(read('schemas/inventory.json')) as typeof playbookSchema).definitions.vars!;
    const expected = Object.entries(properties)
      .filter(([label]) => label !== 'ansible_port')
      .map(([label, { description: documentation }]) => ({ label, documentation }));
    assert.deepEqual(byLabel(await complete(at)), byLabel(expected));
    assert.deepEqual(findings, ['5:21: Value is above the maximum of 65535.']);
  });

  for (const [kind, item] of [
    ['stages', '- name: one\n  steps:\n    - name: a step\n      retries: -1\n      end_host: {}\n- include: more.yml\n'],
    ['steps', '- name: a step\n  retries: -1\n  end_host: {}\n- include: more.yml\n'],
    ['handlers', '- name: a step\n  retries: -1\n  end_host: {}\n- include: more.yml\n'],
  ] as const) {
    it(`knows a file that holds ${kind} by its first line`, async () => {
      const { findings } = await open(`${MODELINE.replace('playbook.json', `playbook.json#/definitions/${kind}`)}${item}`);
      const line = item.split('\n').findIndex((text) => text.includes('retries')) + 2;
      assert.deepEqual(findings, [`${line}:${kind === 'stages' ? 16 : 12}: Value is below the minimum of 0.`]);
    });
  }

  it('has examples of every module to look at', () => {
    const pages = examples.map(({ name }) => name);
    assert.deepEqual(
      [...modules.keys()].filter((name) => !pages.includes(`docs/modules/${name}.md`)),
      [],
    );
  });

  for (const { name, text } of examples) {
    const isWhole = text.startsWith('apiVersion:');
    it(`finds no fault in the ${isWhole ? 'playbook' : 'steps'} of ${name}`, async () => {
      assert.deepEqual((await open(`${isWhole ? MODELINE : STEPS_MODELINE}${text}`)).findings, []);
    });
    it(`agrees with the runner about ${name}`, () => {
      const whole = isWhole ? text : `${BEFORE}${text.replace(/^(?=.)/gm, '      ')}`;
      assert.deepEqual(loadText(whole).problems, []);
    });
  }
});

function byLabel<T extends { readonly label: string }>(items: readonly T[]): readonly T[] {
  return items.toSorted((a, b) => (a.label < b.label ? -1 : 1));
}

/** Markdown without its escapes. */
const plain = (markdown: string) => markdown.replaceAll(/\\(?=[^A-Za-z0-9\s])/g, '');
