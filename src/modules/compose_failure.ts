// What compose says when it fails, read into a sentence and the next thing to do.
import { TaskError } from '../base/errors.ts';
import type { Exit } from '../connections/connection.ts';

interface Reading {
  readonly pattern: RegExp;
  readonly says: (match: RegExpExecArray) => string;
  readonly state?: string;
  readonly next: (match: RegExpExecArray) => string;
}

const READINGS: readonly Reading[] = [
  {
    pattern: /container name "\/?([^"]+)" is already in use by container "?([0-9a-f]{12})?/i,
    says: ([, name, id]) => `the container name ${name} is taken by another container${id ? ` (${id})` : ''}`,
    next: ([, name]) => `look at it with docker inspect ${name}, and remove or rename it if it is not needed`,
  },
  {
    pattern: /(?:Bind for (\S+) failed: port is already allocated|listen \w+ (\S+): bind: address already in use)/i,
    says: ([, one, other]) => `the port ${one ?? other} is taken`,
    next: ([, one, other]) => {
      const port = (one ?? other)!.split(':').at(-1);
      return `see who has it with docker ps --filter publish=${port} and ss -ltnp sport = :${port}, and stop that`;
    },
  },
  {
    pattern: /error setting rlimit type (\d+)/i,
    says: ([, type]) => `the host does not allow to raise the limit ${LIMITS[Number(type)] ?? type} that the compose file asks for`,
    state: 'containers were created and are not started',
    next: () => 'lower ulimits in a docker-compose.override.yml, or give the host the right to raise them, and run this again',
  },
  {
    pattern: /(?:manifest for (\S+) not found|pull access denied for ([^\s,]+)|No such image: (\S+))/i,
    says: ([, one, two, three]) => `the image ${one ?? two ?? three} cannot be had`,
    next: () => 'see whether the host reaches the registry, or load the image with docker load',
  },
  {
    pattern: /permission denied.*docker\.sock|docker\.sock.*permission denied/is,
    says: () => 'no permission to ask Docker',
    next: () => 'set ansible_become for this host',
  },
  {
    pattern: /cannot connect to the docker daemon|Error while fetching server API version/i,
    says: () => 'Docker does not answer',
    next: () => 'start Docker on the host and run this again',
  },
  {
    pattern: /no space left on device/i,
    says: () => 'the disk is full',
    next: () => 'free space (docker system df shows what Docker holds) and run this again',
  },
  {
    pattern: /has active endpoints/i,
    says: () => 'a network of the project is still used by a container that does not belong to it',
    state: 'the containers of the project are removed, the network is not',
    next: () => 'see docker network inspect for which container it is, and disconnect or remove it',
  },
];

const LIMITS: Readonly<Record<number, string>> = { 6: 'nproc', 7: 'nofile', 8: 'memlock' };

/** The TaskError for a compose command that ended badly; `what` names host, command and project. */
export function failureOf(exit: Exit, what: string): TaskError {
  const said = exit.stderr.trim() || exit.stdout.trim();
  const output = said
    .split('\n')
    .filter((line) => !/variable is not set|WARN\[/.test(line))
    .slice(-12)
    .join('\n');
  for (const { pattern, says, state, next } of READINGS) {
    const match = pattern.exec(said);
    if (match) return new TaskError(`${what} failed: ${says(match)}`, { state, next: next(match), output });
  }
  const ended = exit.code === undefined ? `was ended by ${exit.signal}` : `ended with ${exit.code}`;
  return new TaskError(`${what} ${ended}${output ? `: ${output.split('\n').at(-1)}` : ''}`, { output });
}
