// HTTP as seen from a host: one request over a socket of its connection, so that 127.0.0.1 is the host's. Redirects are not followed.
import http, { type IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { ConnectionError, messageOf, TaskError } from '../base/errors.ts';
import type { Connection } from './connection.ts';

/** An answer is kept in memory; what is longer is refused. */
const LONGEST_BODY = 32 * 1024 ** 2;

export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Any status is an answer. No answer is a TaskError that names the URL; only a lost link is a ConnectionError. An abort rejects with the signal's reason. */
export async function requestFrom(connection: Connection, url: URL, request: HttpRequest = {}): Promise<HttpAnswer> {
  request.signal?.throwIfAborted();
  const socket = openTo(connection, url);
  try {
    return await exchange(socket, url, request);
  } catch (error) {
    if (request.signal?.aborted) throw request.signal.reason;
    if (error instanceof ConnectionError && error.reason === 'lost') throw error;
    throw new TaskError(`${connection.host}: no answer from ${showUrl(url)}: ${wordsOf(error)}`, {
      next: `see on ${connection.host} what is to answer there (docker ps -a, docker logs), then run this again`,
      cause: error,
    });
  } finally {
    socket.destroy();
  }
}

/** A URL without the name and the password it may hold. */
export function showUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}

function openTo(connection: Connection, url: URL): Duplex {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const socket = connection.openSocket({ host, port });
  if (url.protocol !== 'https:') return socket;
  const secured = tls.connect({ socket, host, servername: isIP(host) ? '' : host, ALPNProtocols: ['http/1.1'] });
  socket.once('error', (error) => secured.destroy(error));
  secured.once('close', () => socket.destroy());
  return secured;
}

function exchange(socket: Duplex, url: URL, { method = 'GET', headers = {}, body, signal }: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = http.request({
      createConnection: () => socket,
      host: url.hostname,
      port: url.port,
      path: `${url.pathname}${url.search}`,
      method,
      headers: { host: url.host, ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }), ...headers },
      signal,
    });
    request.once('error', reject);
    request.once('response', (response) => {
      const pieces: Buffer[] = [];
      let length = 0;
      response.on('data', (piece: Buffer) => {
        pieces.push(piece);
        length += piece.length;
        if (length > LONGEST_BODY) response.destroy(new Error(`the answer is longer than ${LONGEST_BODY} bytes`));
      });
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) }));
    });
    request.end(body);
  });
}

function wordsOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ECONNREFUSED') return 'the connection was refused: nothing listens there';
  if (code === 'ECONNRESET') return 'the connection was closed before an answer came';
  return messageOf(error);
}
