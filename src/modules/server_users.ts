// Whether a server lets in none but the users of its configuration. Asked of the running API, the environment and the configuration file.
import { posix } from 'node:path';
import { messageOf, TaskError } from '../base/errors.ts';
import { type ComposeService, roleOf } from './compose_config.ts';
import type { ContainerSummary } from './compose_project.ts';
import { settingIn } from './hocon.ts';
import type { Target } from './module.ts';
import { callApi, containerOf, readInContainer, type Server } from './server_evidence.ts';

/** Where the API server looks for its configuration unless a variable says otherwise. */
const CONFIG_DIRECTORIES = ['/opt/trains/config', '/opt/clearml/config'];

/** Any setting of the file may be given by a variable, named by its path; case did not count from 0.15 on. */
const VARIABLE = /^(?:TRAINS|CLEARML)__apiserver__auth__fixed_users__enabled$/i;

/** Throws a TaskError that names the path where the configuration is there but cannot be read, or says what is neither yes nor no. */
export async function hasFixedUsers(server: Server, target: Target): Promise<boolean> {
  const service = server.services.find((candidate) => roleOf(candidate) === 'apiserver');
  if (!service) return false;
  const answer = await callApi('auth.fixed_users_mode', server, target);
  if (answer?.data?.enabled === true) return true;
  const container = containerOf(service, server.containers);
  const environment = { ...service.environment, ...(container ? await environmentOf(container, server) : {}) };
  const said = Object.entries(environment).find(([name]) => VARIABLE.test(name));
  if (said) return isOn(said[1], `the variable ${said[0]} of ${service.name}`, target);
  const own = environment.TRAINS_CONFIG_DIR ?? environment.CLEARML_CONFIG_DIR;
  let on = false; // of several directories the last one counts
  for (const directory of own?.split(':') ?? CONFIG_DIRECTORIES) {
    const file = await readMounted(posix.join(directory, 'apiserver.conf'), { service, container, server, target });
    const value = file && settingIn(file.text, 'auth.fixed_users.enabled');
    if (value !== undefined) on = isOn(value, file!.from, target);
  }
  return on;
}

async function environmentOf({ id }: ContainerSummary, { docker }: Server): Promise<Record<string, string>> {
  const { Config } = await docker.getContainer(id).inspect();
  return Object.fromEntries((Config.Env ?? []).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

interface Place {
  readonly service: ComposeService;
  readonly container: ContainerSummary | undefined;
  readonly server: Server;
  readonly target: Target;
}

/** A file as the service sees it: on the host where its directory is mounted from there, else out of the container. */
async function readMounted(
  path: string,
  { service, container, server, target }: Place,
): Promise<{ text: string; from: string } | undefined> {
  const over = service.mounts
    .filter((mount) => path === mount.target || path.startsWith(`${mount.target}/`))
    .sort((one, other) => other.target.length - one.target.length)[0];
  if (over?.type === 'bind') {
    const from = `${over.source}${path.slice(over.target.length)}`;
    const content = await readOnHost(from, target);
    return content === undefined ? undefined : { text: content, from };
  }
  if (container) {
    const content = await readInContainer(path, container, server.docker);
    return content === undefined ? undefined : { text: content, from: `${path} in ${container.name}` };
  }
  if (!over) return undefined;
  throw new TaskError(`${target.host}: cannot look into ${path} of ${service.name}: it is in the Docker volume ${over.source}`, {
    next: 'start the server (docker-compose up -d) and run this again',
  });
}

async function readOnHost(path: string, target: Target): Promise<string | undefined> {
  try {
    return (await target.connection.readFile(path))?.toString();
  } catch (cause) {
    if (!(cause instanceof TaskError)) throw cause;
    throw new TaskError(`${target.host}: cannot tell whether fixed users are on: cannot read ${path}: ${messageOf(cause)}`, {
      next: 'set ansible_become for this host',
      cause,
    });
  }
}

function isOn(value: string, source: string, target: Target): boolean {
  if (/^(?:true|yes|on|1)$/i.test(value.trim())) return true;
  if (/^(?:false|no|off|0|null|)$/i.test(value.trim())) return false;
  throw new TaskError(`${target.host}: cannot tell whether fixed users are on: ${source} says "${value}"`, {
    next: `write true or false for auth.fixed_users.enabled in ${source}`,
  });
}
