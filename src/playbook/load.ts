// The texts of a playbook become a Playbook, or every fault of them at once: YAML, shape and meaning in one list, sorted by place.
import { asText, type Data, isMap } from '../base/data.ts';
import { withoutEchoes } from '../base/echo.ts';
import type { Position, Problem } from '../base/errors.ts';
import { compareReleases, parseRelease } from '../base/release.ts';
import { isError } from '../base/rules.ts';
import { Includes, type ReadFile } from './include.ts';
import { readInputs, writtenSecrets } from './input.ts';
import { at, entriesOf, Findings, type Place, rootOf, textAt } from './place.ts';
import type { Aim, Playbook, Stage, Step } from './playbook.ts';
import { type ModuleSchema, readStepKeys, schemaProblems } from './schema.ts';
import { type BatchSize, judgeSerial } from './serial.ts';
import { announceRegisters, judgeNames, readStage, writtenStages } from './stage.ts';
import { Texts } from './texts.ts';
import { judgeTags } from './unsafe_cut.ts';

export interface LoadOptions {
  readonly modules: ReadonlyMap<string, ModuleSchema>;
  /** the runner's own */
  readonly version: string;
  /** for what is included; names are relative to the working directory, as `file` is */
  readonly read: ReadFile;
}

/** `playbook` is undefined where there are errors. */
export interface Loaded {
  readonly playbook: Playbook | undefined;
  /** whom it is for, as far as it can be read: also of a playbook with errors */
  readonly aim: Aim | undefined;
  readonly problems: readonly Problem[];
  /** every file that was read, with its text */
  readonly sources: ReadonlyMap<string, string>;
  /** what stands as a secret in the files */
  readonly secrets: readonly string[];
}

/** Loads and judges; runs no code and touches nothing but the texts. */
export function loadPlaybook(source: string, file: string, { modules, version, read }: LoadOptions): Loaded {
  const findings = new Findings();
  const includes = new Includes(read, findings);
  const root = rootOf(includes.open(file, source));
  const playbook = isEmpty(root, findings) ? undefined : readPlaybook(root, { findings, includes, modules, version });
  const problems = withoutEchoes(findings.problems, includes.documents);
  const secrets = writtenSecrets(playbook?.inputs ?? new Map());
  return { playbook: problems.some(isError) ? undefined : playbook, aim: playbook, problems, sources: includes.sources, secrets };
}

function isEmpty(root: Place, findings: Findings): boolean {
  if (root.value !== undefined && root.value !== null) return false;
  const message = 'the file is empty; a playbook is a map with apiVersion, name, hosts and stages';
  if (findings.problems.length === 0) findings.report(root, { rule: 'schema-empty', message });
  return true;
}

interface Context {
  readonly findings: Findings;
  readonly includes: Includes;
  readonly modules: ReadonlyMap<string, ModuleSchema>;
  readonly version: string;
}

function readPlaybook(root: Place, context: Context): Playbook | undefined {
  const { findings, includes, version } = context;
  findings.add(schemaProblems('playbook.json', root.value, root.document, []));
  if (!isMap(root.value)) return undefined;
  const texts = new Texts(findings, () => includes.isComplete);
  judgeRequires(at(at(root, 'requires'), 'runner'), version, findings);
  judgeSerial(at(root, 'serial'), findings);
  const inputs = readInputs(at(root, 'inputs'), findings, texts);
  for (const [name, place] of entriesOf(at(root, 'vars'))) {
    texts.strings(place);
    texts.declare(name, place, "already an input or a name of the runner's own");
  }
  texts.strings(at(root, 'project_dir'));
  const { name, serial, hosts, vars, any_errors_fatal: anyErrorsFatal, max_fail_percentage: maxFailPercentage } = root.value;
  return {
    file: root.document.file,
    name: asText(name),
    hosts: typeof hosts === 'string' ? hosts : hostsOf(hosts),
    whereInHosts: (word) => whereIn(at(root, 'hosts'), word),
    serial: serial === undefined ? ['100%'] : ([serial].flat() as BatchSize[]),
    inputs,
    vars: isMap(vars) ? vars : {},
    projectDir: textAt(root, 'project_dir'),
    anyErrorsFatal: anyErrorsFatal === true,
    maxFailPercentage: typeof maxFailPercentage === 'number' ? maxFailPercentage : 0,
    stages: readStages(root, texts, context),
  };
}

/** All of them are there before the first one is judged: a register may be used too early, or be another step's. */
function readStages(root: Place, texts: Texts, { findings, includes, modules }: Context): readonly Stage[] {
  const written = writtenStages(root, includes);
  for (const stage of written) announceRegisters(stage, texts);
  const places = new Map<Step, Place>();
  const reading = { findings, texts, modules, isComplete: () => includes.isComplete, stepKeys: readStepKeys(), places };
  const stages = written.map((stage) => readStage(stage, reading));
  judgeNames(
    written.map(({ place }) => place),
    'stage',
    findings,
  );
  judgeTags(stages, places, findings);
  return stages;
}

function whereIn({ document, path, value }: Place, word: string): Position {
  const start = typeof value === 'string' ? value.indexOf(word) : -1;
  return start < 0 ? document.positionOf(path) : document.positionIn(path, start, start + word.length);
}

function judgeRequires(place: Place, version: string, findings: Findings): void {
  const wanted = typeof place.value === 'string' ? parseRelease(place.value.replace(/^>=\s*/, '')) : undefined;
  const own = parseRelease(version);
  if (!wanted || !own || compareReleases(own, wanted) >= 0) return;
  const message = `this playbook needs the runner in version ${place.value}; this is ${version}`;
  findings.report(place, { rule: 'requires-runner', message, hint: 'install a newer switchyard-runner' });
}

function hostsOf(value: unknown): Readonly<Record<string, Data>> {
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([name, vars]) => [name, isMap(vars) ? vars : {}])) : {};
}
