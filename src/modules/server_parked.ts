// A server that an upgrade has stopped and parked: the Refusal to take it for none.
import { Refusal } from '../base/errors.ts';
import { shellWord } from '../connections/shell.ts';
import type { ProjectArguments } from './compose_project.ts';
import type { Target } from './module.ts';
import { lookAtServer } from './server_standing.ts';
import { wayBack } from './server_way_back.ts';

/** It says by which commands the old server is started again. `parked` is the compose file under its name `….parked-<time of the run>`. */
export async function parkedServer(args: ProjectArguments, parked: string, target: Target): Promise<Refusal> {
  const evidence = await lookAtServer(args, target, () => {});
  const commands = evidence ? wayBack(evidence).map((words) => words.map(shellWord).join(' ')) : [];
  const stamp = parked.split('.parked-').at(-1) ?? '';
  const directory = args.project_dir;
  return new Refusal(`the server at ${directory} is parked: an upgrade has set its compose file aside as ${parked}`, {
    state: `the old server is stopped and cannot come back by itself; what its containers knew is in ${directory}/.switchyard/runs/${stamp}-*/containers.json${evidence?.unset ? `; ${evidence.unset}` : ''}`,
    next: `on ${target.host}: ${commands.join(' && ')}; then run this again`,
  });
}
