// A playbook's text becomes a Playbook, or every fault of it at once: YAML, shape and meaning in one list, sorted by place.
import type { Position, Problem } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import { compareReleases, parseRelease } from '../base/release.ts';
import { isError, type RuleId } from '../base/rules.ts';
import { type Path, parseYaml, type YamlDocument } from '../base/yaml.ts';
import { type Expression, parseExpression, parseTemplate } from './expression.ts';
import { type KnownNames, nameFaults } from './names.ts';
import { compilePattern, findMatch, PatternError } from './regex.ts';
import { type ModuleSchema, readFactsSchema, schemaProblems, stepKeys } from './schema.ts';
import { isExpression, type ShapeSchema, subschemas } from './shape.ts';
import { ExpressionError } from './syntax.ts';

export interface Input {
  readonly type: 'string' | 'path' | 'url' | 'version' | 'number' | 'integer' | 'boolean';
  readonly description: string;
  readonly default?: string | number | boolean;
  /** what to ask whoever sits at the terminal where nobody gave a value */
  readonly prompt?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly sensitive: boolean;
}

export interface Step {
  readonly stage: string;
  readonly name: string;
  /** `stage/step` */
  readonly id: string;
  readonly module: string;
  /** as written: templates and expressions are rendered when the task starts */
  readonly args: Readonly<Record<string, unknown>>;
  /** all have to be true: the stage's condition, then the step's */
  readonly when: readonly Expression[];
  readonly register: string | undefined;
  readonly tags: readonly string[];
  readonly become: boolean;
  readonly becomeUser: string;
  readonly retries: number;
  readonly until: Expression | undefined;
  /** seconds */
  readonly delay: number;
  /** seconds; undefined: as long as it takes */
  readonly timeout: number | undefined;
  readonly ignoreErrors: boolean;
  readonly environment: Readonly<Record<string, string>>;
  readonly position: Position;
}

export interface Stage {
  readonly name: string;
  readonly barrier: boolean;
  readonly steps: readonly Step[];
}

export interface Playbook {
  readonly file: string;
  readonly name: string;
  /** a pattern, or hosts written in the playbook with their variables */
  readonly hosts: string | Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly serial: readonly (number | string)[];
  readonly inputs: ReadonlyMap<string, Input>;
  /** templates over inputs, facts and the ones before them */
  readonly vars: Readonly<Record<string, unknown>>;
  /** a template over inputs and vars; undefined: the login user's home holds lock and receipts */
  readonly projectDir: string | undefined;
  readonly anyErrorsFatal: boolean;
  /** 0 to 100 */
  readonly maxFailPercentage: number;
  readonly stages: readonly Stage[];
}

/** `playbook` is undefined where there are errors. `version` is the runner's own. */
export interface Loaded {
  readonly playbook: Playbook | undefined;
  readonly problems: readonly Problem[];
}

/** Names that every expression sees. */
const BUILT_IN: readonly (readonly [string, ShapeSchema])[] = [
  ['inventory_hostname', { type: 'string' }],
  [
    'run',
    {
      type: 'object',
      properties: { id: { type: 'string' }, stamp: { type: 'string' }, check: { type: 'boolean' }, directory: { type: 'string' } },
    },
  ],
];

const ANSIBLE_ONLY = new Set(
  'failed_when changed_when no_log check_mode diff delegate_to delegate_facts loop with_items loop_control notify handlers block rescue always any_errors_fatal run_once throttle vars args async poll debugger module_defaults collections'.split(
    ' ',
  ),
);

/** Words of the expression language, and the one name that is no plain property: none of them could be used as a name. */
const RESERVED = new Set('and or not in is if else true false none null True False None KiB MiB GiB __proto__'.split(' '));

/** Loads and judges; runs no code and touches nothing but the text. */
export function loadPlaybook(source: string, file: string, modules: ReadonlyMap<string, ModuleSchema>, version: string): Loaded {
  const document = parseYaml(source, file);
  const judge = new Judge(document, modules);
  const playbook = judge.playbook(version);
  const problems = [...judge.problems].sort(byPlace);
  return { playbook: problems.some(isError) ? undefined : playbook, problems };
}

function byPlace(a: Problem, b: Problem): number {
  return a.position.line - b.position.line || a.position.column - b.position.column || a.message.localeCompare(b.message);
}

type Data = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

class Judge {
  readonly problems: Problem[];
  readonly #document: YamlDocument;
  readonly #modules: ReadonlyMap<string, ModuleSchema>;
  readonly #known = new Map<string, ShapeSchema>(BUILT_IN);
  readonly #later = new Map<string, string>();
  readonly #envelope = stepKeys();

  constructor(document: YamlDocument, modules: ReadonlyMap<string, ModuleSchema>) {
    this.#document = document;
    this.#modules = modules;
    this.problems = [...document.problems];
  }

  playbook(version: string): Playbook | undefined {
    const root = this.#document.value;
    if (root === undefined || root === null) {
      if (this.problems.length === 0)
        this.#report('schema-empty', [], 'the file is empty; a playbook is a map with apiVersion, name, hosts and stages');
      return undefined;
    }
    this.problems.push(...schemaProblems('playbook.json', root, this.#document, []));
    if (!isMap(root)) return undefined;
    this.#requires(root, version);
    const inputs = this.#inputs(isMap(root.inputs) ? root.inputs : {});
    this.#known.set('facts', readFactsSchema());
    const vars = isMap(root.vars) ? root.vars : {};
    for (const [name, value] of Object.entries(vars)) {
      if (this.#known.has(name))
        this.#report('duplicate-name', ['vars', name], `${name} is already an input or a name of the runner's own`, undefined, 'key');
      this.#reserved(name, ['vars', name], 'key');
      this.#strings(value, ['vars', name], []);
      this.#known.set(name, {});
    }
    if (typeof root.project_dir === 'string') this.#strings(root.project_dir, ['project_dir'], []);
    this.#registers(root);
    const stages = listOf(root.stages).flatMap((stage, i) => (isMap(stage) ? [this.#stage(stage, ['stages', i])] : []));
    this.#unique(
      stages.map(({ name }, i) => ({ name, path: ['stages', i, 'name'] })),
      'stage',
    );
    return {
      file: this.#document.file,
      name: String(root.name),
      hosts: typeof root.hosts === 'string' ? root.hosts : hostsOf(root.hosts),
      serial: root.serial === undefined ? ['100%'] : ([root.serial].flat() as (number | string)[]),
      inputs,
      vars,
      projectDir: typeof root.project_dir === 'string' ? root.project_dir : undefined,
      anyErrorsFatal: root.any_errors_fatal === true,
      maxFailPercentage: typeof root.max_fail_percentage === 'number' ? root.max_fail_percentage : 0,
      stages,
    };
  }

  #requires(root: Data, version: string): void {
    const wanted = isMap(root.requires) ? root.requires.runner : undefined;
    const least = typeof wanted === 'string' ? parseRelease(wanted.replace(/^>=\s*/, '')) : undefined;
    const own = parseRelease(version);
    if (least && own && compareReleases(own, least) < 0) {
      this.#report(
        'requires-runner',
        ['requires', 'runner'],
        `this playbook needs the runner in version ${String(wanted)}; this is ${version}`,
        'install a newer switchyard-runner',
      );
    }
  }

  #inputs(data: Data): ReadonlyMap<string, Input> {
    const inputs = new Map<string, Input>();
    for (const [name, value] of Object.entries(data)) {
      if (this.#known.has(name) || name === 'facts')
        this.#report('duplicate-name', ['inputs', name], `${name} is a name of the runner's own`, undefined, 'key');
      this.#known.set(name, {});
      if (!isMap(value)) continue;
      this.#reserved(name, ['inputs', name], 'key');
      const pattern = this.#pattern(value.pattern, ['inputs', name, 'pattern']);
      const input = { sensitive: false, description: '', ...value, pattern } as unknown as Input;
      inputs.set(name, input);
      if (value.default === undefined) continue;
      const fault = inputFault(input, value.default);
      const path = ['inputs', name, 'default'];
      const written = this.#document.textOf(path);
      const text = typeof value.default === 'number' && ['string', 'version', 'path', 'url'].includes(input.type);
      if (fault) this.#report('input-default', path, fault, text ? `write "${written}"` : undefined);
    }
    return inputs;
  }

  #reserved(name: string, path: Path, part: 'key' | 'value'): void {
    if (RESERVED.has(name)) this.#report('reserved-name', path, `${name} means something else in expressions`, 'choose another name', part);
  }

  /** undefined also where it is no pattern: that was reported. */
  #pattern(value: unknown, path: Path): string | undefined {
    if (typeof value !== 'string') return undefined;
    try {
      compilePattern(value);
      return value;
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      const { start, end, message, hint } = error;
      const position = this.#document.positionIn(path, start, end);
      this.problems.push({ rule: 'input-pattern', position, path: path.join('/'), message, hint });
      return undefined;
    }
  }

  /** First all of them, so that a use before the setting step can be told from a name that is nowhere. */
  #registers(root: Data): void {
    for (const [i, stage] of listOf(root.stages).entries()) {
      for (const [j, step] of listOf(isMap(stage) ? stage.steps : []).entries()) {
        if (!isMap(step) || typeof step.register !== 'string') continue;
        const path = ['stages', i, 'steps', j, 'register'];
        this.#reserved(step.register, path, 'value');
        if (this.#known.has(step.register))
          this.#report('duplicate-name', path, `${step.register} is already an input, a variable or a name of the runner's own`);
        else if (this.#later.has(step.register))
          this.#report('duplicate-name', path, `${step.register} is registered by "${this.#later.get(step.register)}" already`);
        else this.#later.set(step.register, String(step.name));
      }
    }
  }

  #stage(stage: Data, path: Path): Stage {
    const name = String(stage.name);
    const when = this.#bare(stage.when, [...path, 'when']);
    const tags = tagsOf(stage.tags);
    const steps = listOf(stage.steps).flatMap((step, i) => {
      const found = isMap(step) ? this.#step(step, name, [...path, 'steps', i]) : undefined;
      return found ? [{ ...found, tags: [...tags, ...found.tags], when: [...(when ? [when] : []), ...found.when] }] : [];
    });
    this.#unique(
      listOf(stage.steps).map((step, i) => ({ name: isMap(step) ? String(step.name) : '', path: [...path, 'steps', i, 'name'] })),
      'step',
    );
    return { name, barrier: stage.barrier === true, steps };
  }

  #step(step: Data, stage: string, path: Path): Step | undefined {
    const module = this.#module(step, path);
    const when = this.#bare(step.when, [...path, 'when']);
    const schema = module === undefined ? undefined : this.#modules.get(module);
    const args = module === undefined ? {} : (step[module] ?? {});
    if (module !== undefined && schema) {
      this.problems.push(...schemaProblems(`modules/${module}.json`, args, this.#document, [...path, module]));
      this.#strings(args, [...path, module], [schema]);
    }
    if (isMap(step.environment)) this.#strings(step.environment, [...path, 'environment'], []);
    if (typeof step.register === 'string') {
      this.#known.set(step.register, schema?.outputs ?? {});
      this.#later.delete(step.register);
    }
    const until = this.#bare(step.until, [...path, 'until']);
    if (typeof step.become_user === 'string' && step.become_user.includes('{{')) {
      this.#report('step-template', [...path, 'become_user'], 'become_user takes no template', 'write the name of the user');
    }
    if (step.delay !== undefined && step.retries === undefined && step.until === undefined)
      this.#report('step-unused', [...path, 'delay'], 'delay has no effect here', 'give retries or until besides', 'key');
    if (module === undefined || !isMap(args)) return undefined;
    const name = String(step.name);
    return {
      stage,
      name,
      id: `${stage}/${name}`,
      module,
      args,
      when: when ? [when] : [],
      register: typeof step.register === 'string' ? step.register : undefined,
      tags: tagsOf(step.tags),
      become: step.become === true,
      becomeUser: typeof step.become_user === 'string' ? step.become_user : 'root',
      retries: typeof step.retries === 'number' ? step.retries : until === undefined ? 0 : 3,
      until,
      delay: typeof step.delay === 'number' ? step.delay : 5,
      timeout: typeof step.timeout === 'number' ? step.timeout : undefined,
      ignoreErrors: step.ignore_errors === true,
      environment: isMap(step.environment) ? (step.environment as Readonly<Record<string, string>>) : {},
      position: this.#document.positionOf(path),
    };
  }

  /** The one key of the step that is no envelope's: its module. */
  #module(step: Data, path: Path): string | undefined {
    const others = Object.keys(step).filter((key) => !this.#envelope.includes(key));
    const found = others.filter((key) => this.#modules.has(key));
    for (const key of others.filter((other) => !this.#modules.has(other))) this.#unknownKey(key, [...path, key], found.length > 0);
    if (found.length > 1) {
      this.#report(
        'step-modules',
        [...path, found[1]!],
        `a step has one module; this one has ${found.join(' and ')}`,
        'make two steps of it',
        'key',
      );
    }
    if (others.length === 0) this.#report('step-modules', path, 'the step has no module', `one of ${[...this.#modules.keys()].join(', ')}`);
    return found[0];
  }

  #unknownKey(key: string, path: Path, hasModule: boolean): void {
    const names = [...(hasModule ? [] : this.#modules.keys()), ...this.#envelope];
    if (ANSIBLE_ONLY.has(key))
      return void this.#report('step-unsupported', path, `${key} is not supported by this runner`, hintFor(key), 'key');
    const what = hasModule ? 'unknown key' : 'unknown module';
    this.#report(
      hasModule ? 'schema-unknown-key' : 'step-unknown-module',
      path,
      `${what} ${key}`,
      didYouMean(key, names) ?? `allowed: ${names.join(', ')}`,
      'key',
    );
  }

  #unique(named: readonly { readonly name: string; readonly path: Path }[], what: string): void {
    const seen = new Map<string, Path>();
    for (const { name, path } of named) {
      const first = seen.get(name);
      if (first) {
        const { line, column } = this.#document.positionOf(first);
        this.#report('duplicate-name', path, `there is another ${what} named "${name}" at ${line}:${column}`, `${what} names are unique`);
      } else seen.set(name, path);
    }
  }

  #bare(value: unknown, path: Path): Expression | undefined {
    if (typeof value !== 'string') return undefined;
    if (value.includes('{{')) {
      this.#report('expression-braces', path, 'this is an expression already', 'write it without {{ }}');
      return undefined;
    }
    return this.#parse(path, () => parseExpression(value));
  }

  /** Every string in a part of the document: a bare expression where the schema says so, a template elsewhere. */
  #strings(value: unknown, path: Path, schemas: readonly ShapeSchema[]): void {
    if (typeof value === 'string') {
      if (schemas.some(isExpression)) this.#bare(value, path);
      else if (value.includes('{')) {
        try {
          for (const part of parseTemplate(value).parts) if (typeof part !== 'string') this.#names(part, path);
        } catch (error) {
          this.#syntax(error, path);
        }
      }
    } else if (Array.isArray(value)) for (const [i, item] of value.entries()) this.#strings(item, [...path, i], subschemas(schemas, i));
    else if (isMap(value)) for (const [key, item] of Object.entries(value)) this.#strings(item, [...path, key], subschemas(schemas, key));
  }

  #parse(path: Path, parse: () => Expression): Expression | undefined {
    try {
      const expression = parse();
      this.#names(expression, path);
      return expression;
    } catch (error) {
      this.#syntax(error, path);
      return undefined;
    }
  }

  #names(expression: Expression, path: Path): void {
    for (const { rule, start, end, message, hint } of nameFaults(expression.root, this.#known as KnownNames, this.#later)) {
      this.problems.push({
        rule,
        position: this.#document.positionIn(path, start, end),
        path: path.join('/'),
        message,
        hint,
      });
    }
  }

  #syntax(error: unknown, path: Path): void {
    if (!(error instanceof ExpressionError)) throw error;
    const position = this.#document.positionIn(path, error.start, error.end);
    this.problems.push({
      rule: 'expression-syntax',
      position,
      path: path.join('/'),
      message: error.message,
      hint: error.hint,
    });
  }

  #report(rule: RuleId, path: Path, message: string, hint?: string, part: 'key' | 'value' = 'value'): void {
    this.problems.push({ rule, position: this.#document.positionOf(path, part), path: path.join('/'), message, hint });
  }
}

function hintFor(key: string): string {
  const hints: Readonly<Record<string, string>> = {
    failed_when: 'use until, or an assert step after it',
    changed_when: 'command has creates and removes',
    no_log: 'mark the input sensitive: its value is masked everywhere',
    check_mode: 'run it with switchyard plan',
    block: 'a stage is a block',
    vars: 'declare it under vars of the playbook',
  };
  return hints[key] ?? 'write it as steps of their own';
}

function tagsOf(value: unknown): readonly string[] {
  return [value ?? []]
    .flat()
    .flatMap((tag) => String(tag).split(','))
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

function hostsOf(value: unknown): Readonly<Record<string, Data>> {
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([name, vars]) => [name, isMap(vars) ? vars : {}])) : {};
}

/** Why a value is none that the input takes, as the rest of a sentence; undefined: it is one. */
export function inputFault(input: Input, value: unknown): string | undefined {
  const shown = JSON.stringify(value);
  if (input.type === 'boolean' ? typeof value !== 'boolean' : input.type === 'number' ? typeof value !== 'number' : false)
    return `must be a ${input.type}, not ${shown}`;
  if (input.type === 'integer') return Number.isInteger(value) ? enumFault(input, value) : `must be a whole number, not ${shown}`;
  if (['string', 'path', 'url', 'version'].includes(input.type)) {
    if (typeof value !== 'string') return `must be a text, not ${shown}`;
    if (input.type === 'version' && !parseRelease(value)) return `must be a version, not ${shown}`;
    if (input.type === 'url' && !/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return `must be a URL, not ${shown}`;
    if (input.type === 'path' && value !== '' && !value.startsWith('/')) return `must be an absolute path, not ${shown}`;
    if (input.pattern !== undefined && !findMatch(compilePattern(input.pattern), value))
      return `${shown} does not fit the pattern ${input.pattern}`;
  }
  return enumFault(input, value);
}

function enumFault(input: Input, value: unknown): string | undefined {
  if (input.enum === undefined || input.enum.includes(value)) return undefined;
  return `must be one of ${input.enum.map(String).join(', ')}, not ${JSON.stringify(value)}`;
}
