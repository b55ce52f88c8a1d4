// switchyard explain: what a key, a module, a fact, a filter, a rule or an exit code is, from the schemas and tables of the runner itself.
import { UsageError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { didYouMean } from '../base/nearest.ts';
import { stringifyYaml } from '../base/tree.ts';
import { evaluate } from '../expressions/evaluate.ts';
import { parseExpression } from '../expressions/parse.ts';
import { KIND_TEXTS, type ModuleKind } from '../modules/module.ts';
import { registry } from '../modules/registry.ts';
import { type Topic, type TopicKind, topics } from '../playbook/topics.ts';
import { namesText, type Sheet, type SheetOptions, sheetText } from '../report/sheet.ts';
import type { World } from './world.ts';

export interface ExplainOptions {
  readonly output: 'text' | 'json';
}

/** No line is longer, also where the terminal is wider. */
const MOST_COLUMNS = 100;

/** Without words, everything that there is. Rejects with a UsageError where nothing is known by that name. */
export async function explain(words: readonly string[], { output }: ExplainOptions, world: World): Promise<number> {
  const all = topics();
  const found = words.length === 0 ? all : findTopics(words.join('.').replace(/:$/, ''), all);
  const options = { columns: Math.min(world.screen.columns, MOST_COLUMNS), color: world.screen.color };
  if (output === 'json') world.stdout(await json(found, all));
  else if (words.length === 0) world.stdout(overview(all, options));
  else world.stdout(found.length === 1 ? sheetText(sheetOf(found[0]!, all, await kindOf(found[0]!)), options) : choice(found, options));
  return EXIT.ok;
}

/** Of a module alone, and known to its code alone. */
async function kindOf({ kind, name }: Topic): Promise<ModuleKind | undefined> {
  return kind === 'module' ? (await registry.get(name)?.())?.kind : undefined;
}

/** Of several with the same last part, all. An output may be named as a playbook does, without "outputs". */
function findTopics(what: string, all: readonly Topic[]): readonly Topic[] {
  const exact = all.find(({ name }) => name === what) ?? all.find(({ name }) => short(name) === short(what));
  if (exact) return [exact];
  const found = all.filter(({ name }) => short(name).endsWith(`.${short(what)}`));
  if (found.length > 0) return found;
  const names = all.flatMap(({ name }) => [name, short(name), name.split('.').at(-1)!]);
  throw new UsageError(`nothing is known of ${what}; ${didYouMean(what, names) ?? 'switchyard explain lists what there is'}`);
}

const short = (name: string) => name.replace('.outputs', '').replaceAll('[]', '');

const HEADS: readonly (readonly [TopicKind, string])[] = [
  ['part', 'parts of playbooks and inventories, and the facts'],
  ['key', 'keys of playbooks and inventories'],
  ['module', 'modules'],
  ['variable', 'variables of an inventory'],
  ['fact', 'facts'],
  ['filter', 'filters (x | …)'],
  ['test', 'tests (x is …)'],
  ['rule', 'rules of validate'],
  ['exit code', 'exit codes'],
];

function overview(all: readonly Topic[], options: SheetOptions): string {
  const groups = HEADS.map(([kind, head]) => ({
    head,
    names: all.filter((topic) => topic.kind === kind).map(({ name }) => name.replace(/^(filter|test|exit|inventory(?=\.ansible_))\./, '')),
  }));
  const next = 'switchyard explain NAME tells what one of them is, MODULE.ARGUMENT what an argument of a module is.';
  return namesText(groups, next, options);
}

function choice(found: readonly Topic[], options: SheetOptions): string {
  const rows = found.map(({ name, kind, title }) => [name, kind, title]);
  return sheetText(
    {
      name: `${found.length} are called so`,
      kind: 'switchyard explain NAME',
      title: '',
      text: 'Give the whole name of the one that is meant.',
      notes: [],
      lists: [{ head: 'names', rows }],
      blocks: [],
    },
    options,
  );
}

function sheetOf(topic: Topic, all: readonly Topic[], kind: ModuleKind | undefined): Sheet {
  const members = membersOf(topic, all);
  const outputs = topic.kind === 'module' ? members.filter(({ kind }) => kind === 'output') : [];
  const keys = members.filter((member) => !outputs.includes(member));
  const rows = (list: readonly Topic[]) => list.map((member) => rowOf(member, topic));
  return {
    name: topic.name,
    kind: topic.kind,
    title: topic.title,
    text: topic.text,
    notes: kind === undefined ? notesOf(topic) : [['kind', `${kind}: ${KIND_TEXTS[kind]}`]],
    lists: [
      { head: 'values', rows: (topic.key?.values ?? []).map(({ value, means }) => [value, means]) },
      { head: topic.kind === 'module' ? 'arguments' : 'keys', rows: rows(keys) },
      { head: 'outputs (register)', rows: rows(outputs) },
    ],
    blocks: blocksOf(examplesOf(topic)),
  };
}

function membersOf({ name }: Topic, all: readonly Topic[]): readonly Topic[] {
  return all.filter((other) => other.name.startsWith(`${name}.`) || other.name.startsWith(`${name}[].`));
}

/** Name, title and type of a key, as it stands in the list of the map that holds it. */
function rowOf({ name, title, key }: Topic, within: Topic): readonly string[] {
  const own = name.slice(within.name.length).replace(/^(\[\])?\.(outputs\.)?/, '');
  const more = key?.required === true ? ', required' : key?.default === undefined ? '' : `, default ${JSON.stringify(key.default)}`;
  return [own, title, `${key?.type ?? ''}${more}`];
}

function notesOf({ key, call, severity }: Topic): readonly (readonly [string, string])[] {
  if (severity) return [['severity', severity]];
  if (call)
    return [
      ['written', call.usage],
      ['example', call.example],
      ['is', JSON.stringify(resultOf(call.example))],
    ];
  if (!key) return [];
  const given = key.required ? ' (it must be given)' : '';
  return [['type', `${key.type}${given}`], ...(key.default === undefined ? [] : [['default', JSON.stringify(key.default)] as const])];
}

function blocksOf(examples: readonly string[]): Sheet['blocks'] {
  return examples.length === 0 ? [] : [{ head: examples.length === 1 ? 'example' : 'examples', text: examples.join('\n') }];
}

/** As YAML. */
function examplesOf({ name, key, steps = [] }: Topic): readonly string[] {
  const own = name.split('.').at(-1)!;
  return [...steps.map((step) => stringifyYaml([step])), ...(key?.examples ?? []).map((example) => stringifyYaml({ [own]: example }))];
}

const resultOf = (example: string): unknown => evaluate(parseExpression(example), {});

/** The same for programs. `version` rises when a key changes its meaning or goes away. */
async function json(found: readonly Topic[], all: readonly Topic[]): Promise<string> {
  const data = found.map(async (topic) => dataOf(topic, membersOf(topic, all), await kindOf(topic)));
  return `${JSON.stringify({ version: 1, topics: await Promise.all(data) }, undefined, 2)}\n`;
}

function dataOf(topic: Topic, members: readonly Topic[], moduleKind: ModuleKind | undefined): unknown {
  const { kind, name, title, text, key, call, steps, severity } = topic;
  const { name: _name, title: _title, description: _text, isVolatile, ...rest } = key ?? ({} as Partial<NonNullable<Topic['key']>>);
  return {
    kind,
    name,
    title,
    text,
    ...rest,
    ...(isVolatile && { volatile: true }),
    ...(severity && { severity }),
    ...(call && { usage: call.usage, example: call.example, result: resultOf(call.example) }),
    ...(moduleKind && { module_kind: moduleKind }),
    ...(steps && { examples: steps }),
    members: members.map((member) => member.name),
  };
}
