// Whether the agent of the new release would know the address that its links are to begin with.
import { posix } from 'node:path';
import type { ComposeProject } from './compose_project.ts';
import { linesSet } from './compose_variables.ts';
import type { Target } from './module.ts';
import type { Server } from './server_evidence.ts';

const VARIABLE = 'TRAINS_HOST_IP';
const AGENT = /(?:^|\/)(?:trains-agent-services|clearml-agent-services)(?=[:@]|$)/;

/** `.env` sets it, or the installed release's agent is there to take it over from: also where that was started without one. No value is told. */
export async function hasAgentAddress({ containers }: Server, project: ComposeProject, target: Target): Promise<boolean> {
  if (containers.some(({ image, name }) => AGENT.test(image) || name === 'trains-agent-services')) return true;
  const dotenv = (await target.connection.readFile(posix.join(project.directory, '.env')))?.toString() ?? '';
  return !['', "''", '""'].includes(linesSet(dotenv).get(VARIABLE) ?? '');
}
