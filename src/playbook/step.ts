// One step as written becomes a Step. What is wrong with it is reported and hides nothing of the steps after it.
import { asText, type Data, isMap } from '../base/data.ts';
import { didYouMean, nearest } from '../base/nearest.ts';
import type { Expression } from '../expressions/parse.ts';
import { readLoop } from './loop.ts';
import { at, type Findings, namesAt, type Place, textAt } from './place.ts';
import type { Part, Step } from './playbook.ts';
import { type ModuleSchema, schemaProblems } from './schema.ts';
import { resultsOf, type ShapeSchema } from './shape.ts';
import { tagsOf } from './tags.ts';
import type { Texts } from './texts.ts';

/** What every part of a playbook is read with. */
export interface Reading {
  readonly findings: Findings;
  readonly texts: Texts;
  readonly modules: ReadonlyMap<string, ModuleSchema>;
  /** the keys of a step besides its module */
  readonly stepKeys: readonly string[];
  /** false: there may be names, steps and handlers that nobody has seen, in what could not be read */
  readonly isComplete: () => boolean;
  /** where each step stands that was read */
  readonly places: Map<Step, Place>;
}

/** Keys of Ansible that a step does not have here. */
const ANSIBLE_ONLY = new Set(
  'failed_when changed_when no_log check_mode diff delegate_to delegate_facts with_items loop_control handlers block rescue always any_errors_fatal vars args async poll debugger module_defaults collections'.split(
    ' ',
  ),
);

/** What to write in place of them; for the others the general advice. */
const INSTEAD: Readonly<Record<string, string>> = {
  failed_when: 'use until, or an assert step after it',
  changed_when: 'command has creates and removes',
  no_log: 'mark the input sensitive: its value is masked everywhere',
  check_mode: 'run it with switchyard plan',
  block: 'a stage is a block, with rescue and always',
  handlers: 'a stage has handlers',
  rescue: 'a stage has rescue',
  always: 'a stage has always',
  vars: 'declare it under vars of the playbook',
  with_items: 'write loop',
  loop_control: 'the item is called item, and shown by its name',
};

/** What a step has of its stage. */
export interface Inherited {
  readonly stage: string;
  readonly part: Part;
  readonly when: Expression | undefined;
  readonly tags: readonly string[];
  readonly become: boolean;
}

/** undefined for what cannot be a step; that is reported, and its register is known all the same. */
export function readStep(place: Place, inherited: Inherited, reading: Reading): Step | undefined {
  if (!isMap(place.value)) return undefined; // the schema has told of it
  const { findings, texts } = reading;
  const { module, outputs } = moduleOf(place, reading);
  const loop = readLoop(at(place, 'loop'), reading);
  const { when, args, register, until } = texts.withItem(loop?.item, () => readTexts(place, { module, outputs }, reading));
  if (register !== undefined && loop) texts.register(register, resultsOf(outputs, loop.item));
  judgeKeys(place, inherited, findings);
  if (module === undefined || !isMap(args?.value)) return undefined;
  const { stage, part } = inherited;
  const name = asText(place.value.name);
  const { become, become_user: becomeUser, retries, delay, timeout, environment } = place.value;
  const { ignore_errors: ignoreErrors, run_once: runOnce, throttle } = place.value;
  const step: Step = {
    stage,
    part,
    name,
    id: `${stage}/${name}`,
    module,
    args: args.value,
    when: [inherited.when, when].filter((condition) => condition !== undefined),
    register,
    notify: namesAt(at(place, 'notify')).map(({ value }) => value as string),
    tags: [...inherited.tags, ...tagsOf(place.value.tags)],
    become: typeof become === 'boolean' ? become : inherited.become,
    becomeUser: typeof becomeUser === 'string' ? becomeUser : 'root',
    loop: loop?.items,
    runOnce: runOnce === true,
    throttle: typeof throttle === 'number' ? throttle : undefined,
    retries: typeof retries === 'number' ? retries : until === undefined ? 0 : 3,
    until,
    delay: typeof delay === 'number' ? delay : 5,
    timeout: typeof timeout === 'number' ? timeout : undefined,
    ignoreErrors: ignoreErrors === true,
    environment: isMap(environment) ? (environment as Readonly<Record<string, string>>) : {},
    position: place.document.positionOf(place.path),
  };
  reading.places.set(step, place);
  return step;
}

/** What of a step has expressions in it. Its own register is known to `until`. */
function readTexts(place: Place, { module, outputs }: ReturnType<typeof moduleOf>, reading: Reading) {
  const { findings, texts, modules } = reading;
  const when = texts.bare(at(place, 'when'));
  const schema = module === undefined ? undefined : modules.get(module);
  const args = module === undefined ? undefined : argumentsAt(at(place, module));
  if (schema && args) {
    findings.add(schemaProblems(`modules/${module}.json`, args.value, args.document, args.path));
    texts.strings(args, [schema]);
  }
  texts.strings(at(place, 'environment'));
  const register = textAt(place, 'register');
  if (register !== undefined) texts.register(register, outputs);
  return { when, args, register, until: texts.bare(at(place, 'until')) };
}

/** A module that needs no arguments may stand there without any. */
function argumentsAt(place: Place): Place {
  return { ...place, value: place.value ?? {} };
}

/** The one key of the step that is no envelope's: its module. Of two nobody knows which one was meant, nor what it would register. */
function moduleOf(place: Place, reading: Reading): { readonly module: string | undefined; readonly outputs: ShapeSchema } {
  const { findings, modules, stepKeys } = reading;
  const others = Object.keys(place.value as object).filter((key) => !stepKeys.includes(key));
  const found = others.filter((key) => modules.has(key));
  for (const key of others.filter((other) => !modules.has(other))) unknownKey(at(place, key), found.length > 0, reading);
  if (found.length > 1) {
    const message = `a step has one module; this one has ${found.join(' and ')}`;
    findings.report(at(place, found[1]!), { rule: 'step-modules', message, hint: 'make two steps of it', part: 'key' });
  }
  if (others.length === 0) {
    findings.report(place, { rule: 'step-modules', message: 'the step has no module', hint: `one of ${[...modules.keys()].join(', ')}` });
  }
  const [module] = found;
  return { module, outputs: module === undefined || found.length > 1 ? {} : modules.get(module)!.outputs };
}

function unknownKey(place: Place, hasModule: boolean, { findings, modules, stepKeys }: Reading): void {
  const key = String(place.path.at(-1));
  if (ANSIBLE_ONLY.has(key)) {
    const hint = INSTEAD[key] ?? 'write it as steps of their own';
    findings.report(place, { rule: 'step-unsupported', message: `${key} is not supported by this runner`, hint, part: 'key' });
    return;
  }
  const names = [...(hasModule ? [] : modules.keys()), ...stepKeys];
  const meant = nearest(key, names);
  const isKey = hasModule || (meant !== undefined && stepKeys.includes(meant));
  findings.report(place, {
    rule: isKey ? 'schema-unknown-key' : 'step-unknown-module',
    message: `${isKey ? 'unknown key' : 'unknown module'} ${key}`,
    hint: didYouMean(key, names) ?? `allowed: ${names.join(', ')}`,
    about: meant,
    part: 'key',
  });
}

/** Keys that say nothing at their place, or something that cannot be. */
function judgeKeys(place: Place, { part, become: inherited }: Inherited, findings: Findings): void {
  const { become = inherited, become_user: becomeUser, delay, retries, until, run_once: runOnce, throttle } = place.value as Data;
  const unused = (key: string, hint: string) =>
    findings.report(at(place, key), { rule: 'step-unused', message: `${key} has no effect here`, hint, part: 'key' });
  if (delay !== undefined && retries === undefined && until === undefined) unused('delay', 'give retries or until besides');
  if (becomeUser !== undefined && become !== true) unused('become_user', 'give become: true besides');
  if (throttle !== undefined && runOnce === true) unused('throttle', 'with run_once there is but one host at work');
  refuseTemplate(at(place, 'name'), 'it is shown before anything is filled in', findings);
  refuseTemplate(at(place, 'become_user'), 'write the name of the user', findings);
  if (runOnce === true && (part === 'rescue' || part === 'handlers')) {
    const message = `run_once cannot be in ${part}`;
    findings.report(at(place, 'run_once'), { rule: 'run-once-part', message, hint: 'not every host comes there', part: 'key' });
  }
}

/** For a text in which nothing is filled in. */
export function refuseTemplate(place: Place, hint: string, findings: Findings): void {
  if (typeof place.value !== 'string' || !place.value.includes('{{')) return;
  findings.report(place, { rule: 'step-template', message: `${place.path.at(-1)} takes no template`, hint });
}
