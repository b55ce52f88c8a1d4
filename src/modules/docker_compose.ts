// Brings a compose project up or down. Nothing is overwritten or deleted on the way: files are renamed, volumes stay.
import { posix } from 'node:path';
import { openDocker } from '../connections/docker.ts';
import type { DockerComposeArguments } from './arguments.ts';
import { checkAbsent, goDown, goUpAgain } from './compose_absent.ts';
import { readOwnSnapshot, readSnapshot } from './compose_environment.ts';
import { checkPresent, goBack, goUp } from './compose_present.ts';
import { type ComposeProject, type ContainerSummary, findProject, listContainers } from './compose_project.ts';
import type { CheckResult, Concerns, Module, Outputs, Target } from './module.ts';

export const dockerCompose: Module<DockerComposeArguments, ComposeProject> = { kind: 'state', concerns, check, apply, undo };

/**
 * The containers of a project depend on its files; parking and installing write the main one and .env. What goes down, or may not, depends on
 * all containers of the host; what comes up, on where the names of images point to.
 */
function concerns({ project_dir, files = FILES, state, install }: DockerComposeArguments): Concerns {
  const paths = [...files, '.env'].map((name) => posix.resolve(project_dir, name));
  const [main, dotenv] = [paths[0]!, paths.at(-1)!];
  return {
    writes: ['containers', main, dotenv],
    reads: [...paths, ...(state === 'present' ? ['image'] : []), ...(install === undefined ? [] : [install])],
  };
}

/** What compose may read of itself. */
const FILES = ['docker-compose', 'compose', 'docker-compose.override', 'compose.override'].flatMap((name) => [
  `${name}.yml`,
  `${name}.yaml`,
]);

async function check(args: DockerComposeArguments, target: Target): Promise<CheckResult<ComposeProject>> {
  const everything = await listContainers(openDocker(target.connection, target.signal), target);
  const seen = { project: await projectOf(args, everything, target), everything };
  return args.state === 'absent' ? checkAbsent(args, seen, target) : checkPresent(args, seen, target);
}

async function apply(args: DockerComposeArguments, { detail: project }: { detail: ComposeProject }, target: Target): Promise<Outputs> {
  return args.state === 'absent' ? goDown(args, project, target) : goUp(args, project, target);
}

/** absent: the file comes back and the project is started. present: the project goes down, and the files that were there before come back. */
async function undo(args: DockerComposeArguments, _outputs: Outputs, target: Target): Promise<void> {
  const docker = openDocker(target.connection, target.signal);
  const project = await projectOf({ ...args, environment_from: undefined }, await listContainers(docker, target), target);
  return args.state === 'absent' ? goUpAgain(project, target) : goBack(args, project, target);
}

/**
 * Where the old containers' record names the project, the new one goes by the same name: its networks and containers are the same things.
 * So does what is stopped in this run and taken back, or gone on with, when no container tells the name any more.
 */
async function projectOf(args: DockerComposeArguments, containers: readonly ContainerSummary[], target: Target): Promise<ComposeProject> {
  const { project_dir, files, project_name, environment_from } = args;
  const recorded = environment_from && !target.run.check ? (await readSnapshot(environment_from, target)).project : undefined;
  const name = project_name ?? recorded;
  const project = await findProject({ project_dir, files, project_name: name }, containers, target);
  const own = name === undefined ? await readOwnSnapshot(target) : undefined;
  return own?.files[0] === project.files[0] ? { ...project, name: own!.project } : project;
}
