// Makes the compose file of this installation from a release's: its directories in their place, proven by what compose makes of the whole.
import { posix } from 'node:path';
import { Refusal } from '../base/errors.ts';
import { isError } from '../base/rules.ts';
import { parseYaml } from '../base/yaml.ts';
import type { ServerComposeArguments } from './arguments.ts';
import { plain } from './compose_config.ts';
import { removeFile, setAside } from './compose_files.ts';
import { directoriesOf, type FittedFile, fitFile } from './compose_layout.ts';
import { proveProject } from './compose_proof.ts';
import type { CheckResult, Concerns, Module, Outputs, Target } from './module.ts';

/** `file` is undefined in a plan that comes before the download: nothing is known of the file yet. */
interface Detail {
  readonly file: (FittedFile & { readonly content: Buffer }) | undefined;
}

export const serverCompose: Module<ServerComposeArguments, Detail> = { kind: 'state', concerns, check, apply, undo };

function concerns(args: ServerComposeArguments): Concerns {
  return { writes: [args.dest], reads: [args.src, posix.join(args.project_dir, '.env'), ...overridesOf(args)] };
}

/** The installation's files that stay. */
const overridesOf = ({ project_dir, compose_files }: ServerComposeArguments) =>
  compose_files.slice(1).map((name) => posix.resolve(project_dir, name));

async function check(args: ServerComposeArguments, target: Target): Promise<CheckResult<Detail>> {
  refuseArguments(args, target);
  const { src, dest } = args;
  const [source, found] = await Promise.all([target.connection.readFile(src), target.connection.readFile(dest)]);
  if (source === undefined) {
    if (!target.run.check) {
      throw new Refusal(`${target.host}: the downloaded compose file ${src} is not there`, {
        state: 'nothing was written',
        next: 'run the playbook from its download stage on',
      });
    }
    return { status: 'changes', change: { summary: `make ${dest} of ${src}, once that is there`, detail: { file: undefined } } };
  }
  const file = fileOf(source, args, target);
  if (found?.equals(file.content)) {
    await prove(file, dest, args, target);
    return { status: 'ok', outputs: outputsOf(args, file), summary: `${dest} is there, and fits` };
  }
  const changed = file.moved.length === 0 ? 'as it is' : `with ${file.moved.map(({ to }) => to).join(', ')}`;
  // beside the download where there is nothing yet: what differs from that is what there is to see
  const before = (found ?? source).toString();
  return { status: 'changes', change: { summary: `make ${dest} of ${src}, ${changed}`, before, after: file.text, detail: { file } } };
}

async function apply(args: ServerComposeArguments, { detail: { file } }: { detail: Detail }, target: Target): Promise<Outputs> {
  if (file === undefined) throw new Error('a file that was not there has nothing to be made of');
  const { dest } = args;
  const aside = posix.join(posix.dirname(dest), `.${posix.basename(dest)}.switchyard-${target.run.id}`);
  try {
    await target.connection.writeFile(aside, file.content, { mode: 0o644 });
    await prove(file, aside, args, target);
    if ((await target.connection.readFile(dest)) !== undefined) await setAside(dest, replacedName(dest, target), target);
    await setAside(aside, dest, target);
  } catch (error) {
    // a link that is lost, or a host that cannot remove a file, must not hide what went wrong
    await removeFile(aside, target).catch(() => {});
    throw error;
  }
  return outputsOf(args, file);
}

/** The file goes out of the way, and one that was there before comes back. */
async function undo({ dest }: ServerComposeArguments, _outputs: Outputs, target: Target): Promise<void> {
  if ((await target.connection.readFile(dest)) !== undefined) await setAside(dest, `${dest}.undone-${target.run.stamp}`, target);
  const replaced = replacedName(dest, target);
  if ((await target.connection.readFile(replaced)) !== undefined) await setAside(replaced, dest, target);
}

const replacedName = (dest: string, target: Target) => `${dest}.replaced-${target.run.stamp}`;

/** What no file could be made of. */
function refuseArguments({ src, dest, compose_files, data }: ServerComposeArguments, { host }: Target): void {
  const state = 'nothing was written';
  if ([src, ...compose_files].includes(dest)) {
    throw new Refusal(
      `${host}: ${dest} is to be made, but is ${dest === src ? 'the downloaded file' : 'a compose file of the old server'} itself`,
      {
        state,
        next: 'give dest another name',
      },
    );
  }
  if (data.fileserver === '') {
    throw new Refusal(`${host}: no directory of the file server is known, and an empty one would hide its files`, {
      state,
      next: 'see that a service of the old compose file mounts a directory of the host at /mnt/fileserver',
    });
  }
}

function fileOf(source: Buffer, args: ServerComposeArguments, target: Target): FittedFile & { readonly content: Buffer } {
  const text = source.toString();
  const { value, problems } = parseYaml(text, args.src);
  const problem = problems.find(isError);
  const wrong = problem
    ? `is not YAML (line ${problem.position.line}: ${problem.message})`
    : Object.keys(plain(plain(value).services)).length === 0 && 'is no compose file: it has no services';
  if (wrong) {
    throw new Refusal(`${target.host}: ${args.src} ${wrong}`, {
      state: 'nothing was written',
      next: `move ${args.src} away and run the playbook from its download stage on`,
    });
  }
  const file = fitFile(text, posix.basename(args.src), directoriesOf(args));
  return { ...file, content: file.moved.length === 0 ? source : Buffer.from(file.text) };
}

/** `main` is the file on the host that holds the content: dest, or what is to become dest. */
async function prove(file: FittedFile, main: string, args: ServerComposeArguments, target: Target): Promise<void> {
  const project = { directory: args.project_dir, name: args.project_name, files: [main, ...overridesOf(args)] };
  await proveProject(project, { file: args.dest, services: file.services, directories: directoriesOf(args) }, target);
}

const outputsOf = ({ dest }: ServerComposeArguments, { moved }: FittedFile): Outputs => ({ path: dest, moved });
