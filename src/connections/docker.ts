// The Docker Engine's API of a host, as dockerode over a stream inside the host's connection. The only door to dockerode.
import Docker from 'dockerode';
import { ConnectionError, messageOf, TaskError } from '../base/errors.ts';
import { ChannelAgent } from './channel.ts';
import type { Connection } from './connection.ts';

/** The engine, and with it the types of what it answers (`Docker.ContainerInfo`). */
export type { Docker };

const SOCKET = '/var/run/docker.sock';

/** Speaks to the host's engine; nothing of the runner's own environment (DOCKER_HOST …) is used. Aborting the signal fails every request. */
export function openDocker(connection: Connection, signal?: AbortSignal): Docker {
  const address = { path: SOCKET, otherwise: ['docker', 'system', 'dial-stdio'] };
  const agent = new ChannelAgent(() => connection.openSocket(address), signal);
  return new Docker({ protocol: 'http', host: undefined, socketPath: SOCKET, agent } as Docker.DockerOptions);
}

/** The engine answered that it has no such thing. */
export function isMissing(error: unknown): boolean {
  return (error as { statusCode?: number }).statusCode === 404;
}

/** What a request's failure is called: the link's own errors stay what they are. `what` is what was to be done ("h1: pull redis:5.0"). */
export function dockerFailure(what: string, error: unknown): Error {
  if (error instanceof ConnectionError || error instanceof TaskError) return error;
  const { json, statusCode } = error as { json?: { message?: string }; statusCode?: number };
  return new TaskError(`${what}: ${json?.message ?? messageOf(error)}`, {
    cause: error,
    next: statusCode === undefined ? 'check that Docker runs there and that the user may use it: docker info' : undefined,
  });
}

/** A log as Docker sends it, without the 8 bytes that stand before each piece (stream, three zeros, length). A terminal's log has none. */
export function logText(log: Buffer): string {
  const pieces: Buffer[] = [];
  let at = 0;
  while (at + 8 <= log.length && log[at]! <= 2 && log.readUIntBE(at + 1, 3) === 0) {
    const length = log.readUInt32BE(at + 4);
    pieces.push(log.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat([...pieces, log.subarray(Math.min(at, log.length))]).toString();
}
