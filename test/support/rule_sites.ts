// A second copy of the program in which each place that reports a rule can be taken away. A rule's id, wherever it stands in src/, becomes a call;
// while its place is away it answers with an id by which the problem is dropped, as if the code that reports it were not there.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Rule } from '../../src/base/rules.ts';
import type { Commands } from './rule_fixtures.ts';

/** A place where a rule is reported, as `src/base/yaml.ts:120:14`. */
interface Site {
  readonly rule: string;
  readonly place: string;
}

interface Instrumented {
  readonly sites: readonly Site[];
  readonly commands: Commands;
  /** The lines that the program says when it has no code at this place. */
  without(place: string, say: () => Promise<readonly string[]>): Promise<readonly string[]>;
}

const ROOT = resolve(import.meta.dirname, '../..');
const MARK = '?sites';
const AWAY = 'away';

export async function loadWithSites(rules: readonly string[]): Promise<Instrumented> {
  const sites: Site[] = [];
  let away = '';
  /** the calls stand in values only: a type names a rule by RuleId */
  const calls = globalThis as unknown as Record<string, (rule: string, place: string) => string>;
  calls.reportedAt = (rule, place) => (place === away ? AWAY : rule);
  const ids = new RegExp(`'(${rules.join('|')})'`, 'g');
  const rewritten = (file: string) =>
    readFileSync(file, 'utf8').replaceAll(ids, (literal, rule: string, offset: number, text: string) => {
      const before = text.slice(0, offset).split('\n');
      const place = `${relative(ROOT, file)}:${before.length}:${before.at(-1)!.length + 1}`;
      sites.push({ rule, place });
      return `reportedAt(${literal}, '${place}')`;
    });
  // for good: a command loads parts of itself when it needs them
  registerHooks({
    resolve(name, context, next) {
      const found = next(name, context);
      const isOurs = context.parentURL?.endsWith(MARK) && found.url.startsWith(pathToFileURL(`${ROOT}/src/`).href);
      return isOurs ? { ...found, url: `${found.url}${MARK}` } : found;
    },
    load(url, context, next) {
      if (!url.endsWith(MARK) || url.endsWith(`/base/rules.ts${MARK}`)) return next(url, context);
      return { format: 'module-typescript', shortCircuit: true, source: rewritten(fileURLToPath(url.slice(0, -MARK.length))) };
    },
  });
  const load = async (file: string) => await import(`${pathToFileURL(resolve(ROOT, file)).href}${MARK}`);
  const commands = { ...(await load('src/commands/validate.ts')), ...(await load('src/commands/inventory.ts')) } as Commands;
  const { RULES } = (await load('src/base/rules.ts')) as { RULES: Record<string, Rule> };
  RULES[AWAY] = { severity: 'error', title: '', help: '' };
  return {
    sites,
    commands,
    without: async (place, say) => {
      away = place;
      return (await say()).filter((line) => !line.includes(` ${AWAY}: `));
    },
  };
}
