// A playbook and an inventory become a Plan: which hosts in which batches go through which stages, each host with its inputs.
import { type Problem, UsageError, ValidationError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import { isSecretName, placedReference } from '../base/secret_reference.ts';
import { filledVars, type VariableFault } from './filled.ts';
import { givenTo, judgeOf } from './given.ts';
import type { Input } from './input.ts';
import { choiceOf, type Inventory, type Vars, writtenVars } from './inventory.ts';
import { missingRegisters } from './left_out.ts';
import { matchHosts } from './pattern.ts';
import type { Aim, Playbook, Stage } from './playbook.ts';
import { render } from './render.ts';
import { batchesOf } from './serial.ts';
import { cutBefore } from './start.ts';
import { cutByTags, type TagOptions, unknownTags } from './tags.ts';
import { unsafeCuts } from './unsafe_cut.ts';

export interface PlannedHost {
  readonly name: string;
  /** of the inventory: how to reach it */
  readonly vars: Vars;
  /** every input of the playbook, by name */
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface Plan {
  readonly playbook: Playbook;
  readonly batches: readonly (readonly PlannedHost[])[];
  /** as cut by tags; a stage without steps is not in it */
  readonly stages: readonly Stage[];
}

export interface PlanOptions extends TagOptions {
  readonly limit: string | undefined;
  /** a step: those before it are left out */
  readonly startAt?: string;
  /** of the command line; texts are read as the input's type wants */
  readonly extraVars: Vars;
  /** by input: what was answered to the questions of findQuestions; counts on the hosts that were given no value */
  readonly answers?: ReadonlyMap<string, unknown>;
}

/** An input to be asked for, and the hosts that were given no value of it. */
export interface Question {
  readonly name: string;
  readonly input: Input & { readonly prompt: string };
  readonly hosts: readonly string[];
}

/**
 * Throws a UsageError that says everything that does not fit: no host, an input missing or of the wrong kind, a name nobody declared; and a
 * ValidationError where the playbook is for hosts that the inventory does not have.
 */
export function resolvePlan(playbook: Playbook, inventory: Inventory, options: PlanOptions): Plan {
  const { hosts, stages, faults, problems, open } = draft(playbook, inventory, options);
  for (const name of open.keys()) if (options.answers?.has(name) !== true) addMissing(name, playbook.inputs.get(name)!, faults);
  refuse(faults, problems);
  return {
    playbook: withVars(playbook, options.extraVars),
    batches: batchesOf(hosts, playbook.serial),
    stages,
  };
}

/** What is to be asked before the plan is made, in the order of the inputs. Throws as resolvePlan does, so that nobody is asked in vain. */
export function findQuestions(playbook: Playbook, inventory: Inventory, options: PlanOptions): readonly Question[] {
  const { faults, problems, open } = draft(playbook, inventory, options);
  const questions: Question[] = [];
  for (const [name, input] of playbook.inputs) {
    const hosts = open.get(name);
    if (hosts === undefined) continue;
    if (input.prompt === undefined) addMissing(name, input, faults);
    else questions.push({ name, input: { ...input, prompt: input.prompt }, hosts });
  }
  refuse(faults, problems);
  return questions;
}

/**
 * What the inventory gives that the inputs do not take, and the inputs that are still to be given on some host. Throws as resolvePlan does for hosts
 * that the inventory does not have, and a UsageError for what the command line says.
 */
export function judgeInventory(playbook: Playbook, inventory: Inventory, options: PlanOptions): Judged {
  const { faults, problems, open } = draft(playbook, inventory, options);
  refuse(faults, []);
  return { problems, open: [...open.keys()].filter((name) => playbook.inputs.get(name)!.default === undefined) };
}

interface Judged {
  readonly problems: readonly Problem[];
  readonly open: readonly string[];
}

interface Draft {
  readonly hosts: readonly PlannedHost[];
  readonly stages: readonly Stage[];
  /** of the command line, as sentences */
  readonly faults: Set<string>;
  /** of the values that the inventory gives */
  readonly problems: readonly Problem[];
  /** the inputs that neither the command line nor every host's variables give, with the hosts that lack them */
  readonly open: ReadonlyMap<string, readonly string[]>;
}

/** Everything of a plan but what is open. */
function draft(playbook: Playbook, inventory: Inventory, options: PlanOptions): Draft {
  const chosen = chooseHosts(playbook, inventory, options);
  const faults = unknownNames(playbook, options.extraVars);
  for (const fault of unknownTags(playbook.stages, options)) faults.add(fault);
  const open = new Map<string, string[]>();
  const judge = judgeOf(playbook, inventory);
  const hosts = chosen.map(({ name, vars: written }) => {
    const broken = new Set<string>();
    const wrong = (fault: VariableFault) => {
      if (!broken.has(fault.variable)) judge.wrong(name, fault);
      broken.add(fault.variable); // one fault of a value is enough: the next one may come of it
    };
    const vars = filledVars(name, written, { names: playbook.inputs.keys(), wrong });
    const given = givenTo(playbook, vars, options.extraVars, { faults, wrong });
    const inputs: Record<string, unknown> = {};
    for (const [key, input] of playbook.inputs) {
      inputs[key] = given.get(key) ?? options.answers?.get(key) ?? input.default;
      if (given.has(key)) continue;
      if (!open.has(key)) open.set(key, []);
      open.get(key)!.push(name);
    }
    return { name, vars, inputs };
  });
  const started = options.startAt === undefined ? { stages: playbook.stages } : cutBefore(playbook.stages, options.startAt);
  if (started.fault !== undefined) faults.add(started.fault);
  const stages = cutByTags(started.stages, options);
  if (stages.length === 0 && faults.size === 0) faults.add('the tags leave no step to run');
  for (const fault of unsafeCuts(playbook.stages, stages, options)) faults.add(fault);
  for (const fault of missingRegisters(playbook.stages, stages)) faults.add(fault);
  return { hosts, stages, faults, problems: judge.problems(), open };
}

function refuse(faults: ReadonlySet<string>, problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ValidationError(problems);
  if (faults.size > 0) throw new UsageError([...faults].join('\n'));
}

function addMissing(name: string, { description, default: fallback }: Input, faults: Set<string>): void {
  if (fallback === undefined) faults.add(`the input ${name} is missing${description && ` (${description})`}; give it with -e ${name}=…`);
}

/** What expressions of a host see before any step: inputs, what is given with `more` (facts, run), then the playbook's variables in their order. */
export function scopeOf(playbook: Playbook, host: PlannedHost, more: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const scope: Record<string, unknown> = { ...host.inputs, ...more, inventory_hostname: host.name };
  for (const [name, value] of Object.entries(playbook.vars)) scope[name] = render(value, scope);
  return scope;
}

interface Chosen {
  readonly name: string;
  readonly vars: Vars;
}

/** What `hosts` names that the inventory does not have. */
export function hostProblems({ hosts, whereInHosts }: Aim, inventory: Inventory): readonly Problem[] {
  if (typeof hosts !== 'string') return [];
  const { hosts: names, groups } = choiceOf(inventory);
  const known = [...groups, ...names];
  return matchHosts(hosts, choiceOf(inventory)).unknown.map((word) => ({
    rule: 'unknown-host',
    position: whereInHosts(word),
    path: 'hosts',
    message: `neither a group nor a host is named ${word}`,
    hint: didYouMean(word, known) ?? `known: ${known.join(', ')}`,
  }));
}

function chooseHosts(playbook: Playbook, inventory: Inventory, { limit, extraVars }: PlanOptions): readonly Chosen[] {
  const { hosts, file, inputs } = playbook;
  const own = typeof hosts === 'string' ? undefined : hosts;
  const choice = { ...choiceOf(inventory), ...(own && { hosts: Object.keys(own) }) };
  const pattern = typeof hosts === 'string' ? hosts : 'all';
  const unknown = hostProblems(playbook, inventory);
  if (unknown.length > 0 && choice.hosts.length === 0)
    throw new UsageError(`${file}: hosts: ${pattern}: the inventory is empty: give one with -i`);
  if (unknown.length > 0) throw new ValidationError(unknown);
  const matched = matchHosts(pattern, choice);
  const names = limit === undefined ? matched.hosts : limited(matched.hosts, limit, choice);
  if (names.length === 0)
    throw new UsageError(`${file}: hosts: ${pattern}${limit === undefined ? '' : ` with --limit ${limit}`} matches no host`);
  const isSecret = (name: string) => isSecretName(name) || inputs.get(name)?.sensitive === true;
  const written = writtenVars(inventory, isSecret);
  const inPlace = (vars: Vars = {}) =>
    Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, isSecret(name) ? placedReference(value, () => file) : value]));
  return names.map((name) => ({
    name,
    vars: {
      ...(name === 'localhost' && { ansible_connection: 'local' }),
      ...written(name),
      ...inPlace(own?.[name]),
      ...connectionVars(extraVars),
    },
  }));
}

/** Of the command line: how to reach hosts. */
export function connectionVars(extraVars: Vars): Vars {
  return Object.fromEntries(Object.entries(extraVars).filter(([name]) => name.startsWith('ansible_')));
}

function limited(hosts: readonly string[], limit: string, choice: Parameters<typeof matchHosts>[1]): readonly string[] {
  const { hosts: wanted, unknown } = matchHosts(limit, choice);
  if (unknown.length > 0) throw new UsageError(`--limit ${limit}: neither a group nor a host is named ${unknown.join(', ')}`);
  const kept = new Set(wanted);
  return hosts.filter((host) => kept.has(host));
}

function unknownNames({ inputs, vars }: Playbook, extra: Vars): Set<string> {
  const known = [...inputs.keys(), ...Object.keys(vars)];
  const unknown = Object.keys(extra).filter((name) => !known.includes(name) && !name.startsWith('ansible_'));
  return new Set(
    unknown.map((name) => `-e ${name}: the playbook has no such input; ${didYouMean(name, known) ?? `it has ${known.join(', ')}`}`),
  );
}

function withVars(playbook: Playbook, extra: Vars): Playbook {
  const overridden = Object.entries(extra).filter(([name]) => Object.hasOwn(playbook.vars, name));
  return { ...playbook, vars: { ...playbook.vars, ...Object.fromEntries(overridden) } };
}
