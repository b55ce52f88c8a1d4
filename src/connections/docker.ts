// The Docker Engine's API of a host, as dockerode over a stream inside the host's connection. The only door to dockerode.
import Docker from 'dockerode';
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
  return error instanceof Error && 'statusCode' in error && error.statusCode === 404;
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
