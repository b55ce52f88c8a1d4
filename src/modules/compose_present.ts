// A compose project brought up: a new compose file in the place of the old one, what it asks for in .env, and up itself.
import { posix } from 'node:path';
import { Refusal } from '../base/errors.ts';
import { openDocker } from '../connections/docker.ts';
import type { DockerComposeArguments } from './arguments.ts';
import { addToDotenv, restoreDotenv } from './compose_dotenv.ts';
import { carryOver, valuesToAdd } from './compose_environment.ts';
import { setAside } from './compose_files.ts';
import { refuseUnmigrated } from './compose_guard.ts';
import { type ComposeProject, containersOf, listContainers, readServices, runCompose, type Seen } from './compose_project.ts';
import { describe, judgeServices, outputsOf, readHashes, readImageIds, STOP_SECONDS, waitUntilRunning } from './compose_running.ts';
import type { CheckResult, Outputs, Target } from './module.ts';

/** Seconds that a started project gets until all its services run. */
const WAIT_SECONDS = 60;

/** Throws a Refusal where there is no file to start from, where .env cannot take the values given, or where a server would start without its data. */
export async function checkPresent(
  args: DockerComposeArguments,
  { project, everything }: Seen,
  target: Target,
): Promise<CheckResult<ComposeProject>> {
  const added = await valuesToAdd(args, project, target);
  const adding = added.size === 0 ? [] : [`add ${[...added.keys()].join(', ')} to .env`];
  const changes = (what: string): CheckResult<ComposeProject> => ({
    status: 'changes',
    change: { summary: [...adding, what].join('; '), detail: project },
  });
  const main = project.files[0]!;
  if (args.install !== undefined && !(await isInstalled(args.install, main, target))) {
    // in a plan it may not be there yet
    if ((await target.connection.readFile(args.install)) !== undefined) {
      await refuseUnmigrated(await readServices({ ...project, files: [args.install, ...project.files.slice(1)] }, target), target);
    }
    return changes(`put ${posix.basename(args.install)} in place of ${posix.basename(main)} and start it`);
  }
  if ((await target.connection.readFile(main)) === undefined) {
    throw new Refusal(`${target.host}: there is no ${main}`, {
      state: 'nothing was started',
      next: 'say which compose file it is with files, or put one in place with install',
    });
  }
  const services = await readServices(project, target);
  const containers = containersOf(project, everything);
  const faults = judgeServices(services, containers, {
    hashes: await readHashes(project, target),
    images: await readImageIds(services, openDocker(target.connection, target.signal)),
  });
  if (faults.size === 0 && added.size > 0) return changes('start anew what asks for it');
  if (faults.size === 0)
    return {
      status: 'ok',
      outputs: outputsOf(describe(services, containers), { compose_files: project.files }),
      summary: `${services.length} services run`,
    };
  await refuseUnmigrated(services, target);
  return changes(`start: ${[...faults].map(([name, fault]) => `${name} ${fault}`).join(', ')}`);
}

async function isInstalled(file: string, main: string, target: Target): Promise<boolean> {
  const [wanted, found] = await Promise.all([target.connection.readFile(file), target.connection.readFile(main)]);
  if (wanted === undefined && !target.run.check) {
    throw new Refusal(`${target.host}: the new compose file ${file} is not there`, {
      state: 'nothing was started',
      next: 'run the playbook from its download stage on',
    });
  }
  return wanted !== undefined && found !== undefined && wanted.equals(found);
}

/** Installs, fills in .env, starts, and waits until the services stay up; throws a TaskError with the logs of those that do not. */
export async function goUp(args: DockerComposeArguments, project: ComposeProject, target: Target): Promise<Outputs> {
  const docker = openDocker(target.connection, target.signal);
  const added = await valuesToAdd(args, project, target);
  if (args.install !== undefined) await install(args.install, project.files[0]!, target);
  await addToDotenv(added, project, target);
  const carried = args.environment_from === undefined ? [] : await carryOver(args.environment_from, project, target);
  const services = await readServices(project, target);
  target.progress({ text: `starting ${services.length} services` });
  await runCompose(project, ['up', '-d', ...(args.remove_orphans === true ? ['--remove-orphans'] : [])], target);
  await waitUntilRunning(project, services, { seconds: args.wait ?? WAIT_SECONDS, docker, target });
  const containers = containersOf(project, await listContainers(docker, target));
  return outputsOf(describe(services, containers), { environment: [...added.keys(), ...carried], compose_files: project.files });
}

async function install(file: string, main: string, target: Target): Promise<void> {
  const [wanted, found] = await Promise.all([target.connection.readFile(file), target.connection.readFile(main)]);
  if (wanted === undefined) throw new Refusal(`${target.host}: the new compose file ${file} is not there`);
  if (found?.equals(wanted)) return;
  if (found !== undefined) await setAside(main, replacedName(main, target), target);
  await target.connection.writeFile(main, wanted, { mode: 0o644 });
}

/** The project goes down, and the files that were there before come back. */
export async function goBack(args: DockerComposeArguments, project: ComposeProject, target: Target): Promise<void> {
  const main = project.files[0]!;
  if ((await target.connection.readFile(main)) !== undefined) {
    await runCompose(project, ['down', '-t', String(args.timeout ?? STOP_SECONDS)], target);
    if (args.install !== undefined && (await isInstalled(args.install, main, target))) {
      await setAside(main, `${main}.undone-${target.run.stamp}`, target);
    }
  }
  const replaced = replacedName(main, target);
  if (args.install !== undefined && (await target.connection.readFile(replaced)) !== undefined) await setAside(replaced, main, target);
  await restoreDotenv(project, target);
}

const replacedName = (main: string, target: Target) => `${main}.replaced-${target.run.stamp}`;
