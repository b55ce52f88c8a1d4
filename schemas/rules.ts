// docs/rules.md: what each rule of validate means, with what breaks it and what does not, from the files that its test judges.
import { existsSync, readFileSync } from 'node:fs';
import { RULES, type Rule, type RuleId } from '../src/base/rules.ts';
import { diffLines } from '../src/report/diff.ts';

const FIXTURES = new URL('../test/fixtures/rules/', import.meta.url);

const INTRO = `What \`switchyard validate\` finds, by the id that stands in brackets behind each problem. Ids stay as they are. An error makes a file invalid;
a warning does so with \`--strict\` only. Of each example \`-\` is what breaks the rule, \`+\` is its place made right, and the line below is what is said.`;

/** The whole page. */
export function rulesPage(): string {
  const rules = Object.entries(RULES) as readonly (readonly [RuleId, Rule])[];
  const parts = rules.flatMap(([id, { title, help, severity }]) => [
    `## ${id}`,
    `**${severity === 'warning' ? 'Warning: ' : ''}${title}.** ${text(help)}`,
    ...exampleOf(id),
  ]);
  return `${['# Rules', INTRO, ...parts].join('\n\n')}\n`;
}

/** Nothing for a rule that is not about what stands in one file. */
function exampleOf(id: RuleId): readonly string[] {
  const { says } = JSON.parse(readFileSync(new URL(`${id}/case.json`, FIXTURES), 'utf8')) as { readonly says: readonly string[] };
  const [said = ''] = says;
  const [bad, good] = twins(id, /^bad\.\w+/.exec(said)?.[0] ?? 'bad.yml');
  if (bad === undefined || good === undefined) return [`> ${quoted(said)}`];
  return [`\`\`\`diff\n${diffLines(bad, good).map(shown).join('\n')}\n\`\`\``, `> ${quoted(said)}`];
}

function twins(id: RuleId, name: string): readonly (string | undefined)[] {
  return [name, name.replace('bad', 'good')].map((file) => {
    const url = new URL(`${id}/${file}`, FIXTURES);
    return existsSync(url) ? readFileSync(url, 'utf8') : undefined;
  });
}

/** Without the place and the rule, which stand above. */
const quoted = (line: string) => text(line.replace(/^.*?:\d+:\d+-\d+:\d+ [\w-]+: /, ''));

/** Words that Markdown would take for something else. */
const text = (words: string) => words.replace(/[*_<>[\]`{}|\\]/g, (character) => `\\${character}`);

/** What cannot be seen as the number of its character. */
function shown(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be shown
  const visible = line.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return visible.length > 120 ? `${visible.slice(0, 119)}…` : visible;
}
