// A playbook and an inventory become a Plan: which hosts in which batches go through which stages, each host with its inputs.
import { type Problem, UsageError, ValidationError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import { isSecretName, placedReference, secretReference } from '../base/secret_reference.ts';
import { filledVars } from './filled.ts';
import { type Input, inputFault } from './input.ts';
import { choiceOf, type Inventory, type Vars, writtenVars } from './inventory.ts';
import { missingRegisters } from './left_out.ts';
import { matchHosts } from './pattern.ts';
import type { Playbook, Stage } from './playbook.ts';
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
  const { hosts, stages, faults, open } = draft(playbook, inventory, options);
  for (const name of open.keys()) if (options.answers?.has(name) !== true) addMissing(name, playbook.inputs.get(name)!, faults);
  refuse(faults);
  return {
    playbook: withVars(playbook, options.extraVars),
    batches: batchesOf(hosts, playbook.serial),
    stages,
  };
}

/** What is to be asked before the plan is made, in the order of the inputs. Throws as resolvePlan does, so that nobody is asked in vain. */
export function findQuestions(playbook: Playbook, inventory: Inventory, options: PlanOptions): readonly Question[] {
  const { faults, open } = draft(playbook, inventory, options);
  const questions: Question[] = [];
  for (const [name, input] of playbook.inputs) {
    const hosts = open.get(name);
    if (hosts === undefined) continue;
    if (input.prompt === undefined) addMissing(name, input, faults);
    else questions.push({ name, input: { ...input, prompt: input.prompt }, hosts });
  }
  refuse(faults);
  return questions;
}

/** The value that an input has by what was typed, or the rest of a sentence that says why it is none. */
export function readAnswer(input: Input, text: string): { readonly value: unknown } | { readonly fault: string } {
  const value = typed(text, input);
  const fault = inputFault(input, value);
  return fault === undefined ? { value } : { fault: faultText(input, fault) };
}

interface Draft {
  readonly hosts: readonly PlannedHost[];
  readonly stages: readonly Stage[];
  readonly faults: Set<string>;
  /** the inputs that neither the command line nor every host's variables give, with the hosts that lack them */
  readonly open: ReadonlyMap<string, readonly string[]>;
}

/** Everything of a plan but what is open. */
function draft(playbook: Playbook, inventory: Inventory, options: PlanOptions): Draft {
  const chosen = chooseHosts(playbook, inventory, options);
  const faults = unknownNames(playbook, options.extraVars);
  for (const fault of unknownTags(playbook.stages, options)) faults.add(fault);
  const open = new Map<string, string[]>();
  const hosts = chosen.map(({ name, vars: written }) => {
    const vars = filledVars(name, written, playbook.inputs.keys(), faults);
    const given = givenTo(name, playbook, vars, options.extraVars, faults);
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
  return { hosts, stages, faults, open };
}

function refuse(faults: ReadonlySet<string>): void {
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
export function hostProblems({ hosts, whereInHosts }: Playbook, inventory: Inventory): readonly Problem[] {
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

/** The inputs that the command line or the host's variables give. */
function givenTo(host: string, { inputs }: Playbook, vars: Vars, extra: Vars, faults: Set<string>): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [name, input] of inputs) {
    const given = Object.hasOwn(extra, name)
      ? { value: typed(extra[name], input), from: `-e ${name}` }
      : { value: vars[name], from: `${host}: the variable ${name}` };
    if (given.value === undefined || given.value === null) continue;
    const fault = givenFault(input, given.value);
    if (fault) faults.add(`${given.from} ${fault}`);
    values.set(name, given.value);
  }
  return values;
}

/** A reference is held against the input once it is read. */
function givenFault(input: Input, value: unknown): string | undefined {
  const isReference = secretReference(value) !== undefined;
  if (isReference && input.sensitive) return undefined;
  if (isReference) return 'is a reference to a secret, and the input is not sensitive; write sensitive: true beside its type';
  const fault = inputFault(input, value);
  return fault && faultText(input, fault);
}

const faultText = ({ sensitive }: Input, fault: string) => (sensitive ? 'is not of the kind that is wanted' : fault);

/** The command line has only texts. */
function typed(value: unknown, { type }: Input): unknown {
  if (typeof value !== 'string') return value;
  if ((type === 'number' || type === 'integer') && value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value);
  if (type === 'boolean' && /^(true|yes|on|false|no|off)$/i.test(value)) return /^(true|yes|on)$/i.test(value);
  return value;
}

function withVars(playbook: Playbook, extra: Vars): Playbook {
  const overridden = Object.entries(extra).filter(([name]) => Object.hasOwn(playbook.vars, name));
  return { ...playbook, vars: { ...playbook.vars, ...Object.fromEntries(overridden) } };
}
