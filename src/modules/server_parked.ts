// A server that an upgrade has stopped and parked, and the commands by which it is started again as it was.
import { posix } from 'node:path';
import { Refusal } from '../base/errors.ts';
import type { Docker } from '../connections/docker.ts';
import type { ComposeProject } from './compose_project.ts';
import type { Target } from './module.ts';

/** The Refusal that says so. `parked` is the compose file under its parked name, `docker-compose.yml.parked-<time of the run>`. */
export async function parkedServer(
  project: ComposeProject,
  parked: string,
  { docker, target }: { docker: Docker; target: Target },
): Promise<Refusal> {
  const main = posix.basename(project.files[0]!);
  const stamp = parked.split('.parked-').at(-1) ?? '';
  const images = (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
  const commands = [
    ...retags(images, stamp),
    `cd ${project.directory}`,
    `mv ${posix.basename(parked)} ${main}`,
    `${target.facts.compose.command.join(' ')} up -d`,
  ];
  return new Refusal(`the server at ${project.directory} is parked: an upgrade has set its compose file aside as ${parked}`, {
    state: `the old server is stopped and cannot come back by itself; what its containers knew is in ${project.directory}/.switchyard/runs/${stamp}-*/containers.json`,
    next: `on ${target.host}: ${commands.join(' && ')}; then run this again`,
  });
}

/**
 * An upgrade has pulled newer images under the old names: started without these, the old compose file would run the new application on the old
 * databases. `repo:switchyard-<run>` goes back to `repo:latest`, `repo:5.0-switchyard-<run>` to `repo:5.0` (docker_image's tag_old).
 */
export function retags(images: readonly string[], stamp: string): string[] {
  return images.flatMap((image) => {
    const [, repository, tag, run] = /^(.+):(?:(.+)-)?switchyard-(\d{8}_\d{6})-[0-9a-f]{4}$/.exec(image) ?? [];
    return repository !== undefined && run === stamp ? [`docker tag ${image} ${repository}:${tag ?? 'latest'}`] : [];
  });
}
