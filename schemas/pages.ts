// The pages in docs/ that follow from the schemas and tables: whole ones, and the tables in others, between two marks.
import { EXIT_TEXTS } from '../src/base/exit.ts';
import { stringifyYaml } from '../src/base/tree.ts';
import { evaluate } from '../src/expressions/evaluate.ts';
import { parseExpression } from '../src/expressions/parse.ts';
import { KIND_TEXTS, type ModuleKind } from '../src/modules/module.ts';
import type { Key } from '../src/playbook/keys.ts';
import { type Topic, topics } from '../src/playbook/topics.ts';

const VOLATILE = '† may be another one at the next look although nothing was changed: a saved plan is not held to it.';

/** docs/modules/NAME.md. */
export function modulePage(name: string, kind: ModuleKind): string {
  const all = topics();
  const module = all.find((topic) => topic.kind === 'module' && topic.name === name)!;
  const of = (what: Topic['kind']) => all.filter((topic) => topic.kind === what && topic.name.startsWith(`${name}.`));
  const outputs = of('output');
  const parts = [
    `# ${name}`,
    escaped(module.text),
    `Kind: **${kind}**: ${KIND_TEXTS[kind]}.`,
    '## Arguments',
    keyTable(of('argument'), `${name}.`),
    '## Outputs (`register`)',
    outputs.length === 0 ? 'None.' : outputTable(outputs, `${name}.outputs.`),
    ...(outputs.some(({ key }) => key?.isVolatile) ? [VOLATILE] : []),
    '## Examples',
    ...(module.steps ?? []).map((step) => `\`\`\`yaml\n${stringifyYaml([step])}\`\`\``),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** docs/facts.md. */
export function factsPage(): string {
  const facts = topics().filter(({ kind }) => kind === 'fact');
  const { text } = topics().find(({ name }) => name === 'facts')!;
  const intro = '`switchyard facts -i INVENTORY` prints them. They are read once, in one go, before the first step on a host.';
  return `${['# Facts', text, intro, outputTable(facts, ''), VOLATILE].join('\n\n')}\n`;
}

/** The tables in docs/playbook.md and docs/command-line.md, by the name in their marks. */
export function sections(): ReadonlyMap<string, string> {
  const all = topics();
  const keysOf = (part: string) =>
    keyTable(
      all.filter(({ kind, name }) => kind === 'key' && name.startsWith(`${part}.`)),
      `${part}.`,
    );
  const calls = (kind: Topic['kind']) => callTable(all.filter((topic) => topic.kind === kind));
  return new Map([
    ...['playbook', 'input', 'stage', 'step'].map((part) => [`keys of ${part}`, keysOf(part)] as const),
    ['filters', calls('filter')],
    ['tests', calls('test')],
    [
      'exit codes',
      table(
        ['code', 'what has happened', ''],
        Object.entries(EXIT_TEXTS).map(([code, { title, help }]) => [code, title, help]),
      ),
    ],
  ]);
}

/** A page with its tables as they have to be. Throws where it has a mark of a table that there is none of. */
export function withSections(page: string): string {
  const known = sections();
  return page.replace(/<!-- (.+): written by npm run generate -->[\s\S]*?<!-- end of \1 -->/g, (_all, name: string) => {
    const body = known.get(name);
    if (body === undefined) throw new Error(`there is no table "${name}"`);
    return `<!-- ${name}: written by npm run generate -->\n\n${body}\n\n<!-- end of ${name} -->`;
  });
}

function keyTable(keys: readonly Topic[], prefix: string): string {
  const rows = keys.map(({ name, title, text, key }) => [
    code(name.slice(prefix.length)),
    typeCell(key!),
    defaultCell(key!),
    told(name, title, text, key!),
  ]);
  return table(['key', 'type', 'default', 'what it is'], rows);
}

function outputTable(outputs: readonly Topic[], prefix: string): string {
  const rows = outputs.map(({ name, title, text, key }) => [
    `${code(name.slice(prefix.length))}${key!.isVolatile ? ' †' : ''}`,
    typeCell(key!),
    told(name, title, text, key!),
    key!.examples.slice(0, 1).map(exampleCell).join(''),
  ]);
  return table(['name', 'type', 'what it is', 'example'], rows);
}

function callTable(functions: readonly Topic[]): string {
  const rows = functions.map(({ call, text }) => [
    code(call!.usage),
    escaped(text),
    `${code(call!.example)} is ${code(JSON.stringify(evaluate(parseExpression(call!.example), {})))}`,
  ]);
  return table(['written', 'what it gives', 'example'], rows);
}

const code = (text: string) => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);
const typeCell = ({ type, values }: Key) => (values.length === 0 ? type : values.map(({ value }) => code(value)).join(' or '));
const defaultCell = (key: Key) => (key.required ? '**required**' : key.default === undefined ? '' : code(JSON.stringify(key.default)));

/** An example too long for a cell is left to `explain`. */
function exampleCell(example: unknown): string {
  const text = JSON.stringify(example);
  return text.length > 60 ? '' : code(text);
}

/** The title is left out where it says no more than the name. */
function told(name: string, title: string, text: string, { values }: Key): string {
  const own = name.split('.').at(-1)!.replaceAll('_', ' ');
  const means = values.map(({ value, means: sentence }) => `${code(value)}: ${escaped(sentence)}`);
  return [...(own === title ? [] : [`*${title}.*`]), escaped(text), ...(means.length === 0 ? [] : [`${means.join('; ')}.`])].join(' ');
}

/** Markdown that reads as the text: outside of code, < would begin HTML and * slanted letters. */
const escaped = (text: string) => text.replace(/`[^`]*`|[<*]/g, (part) => (part.length === 1 ? `\\${part}` : part));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
