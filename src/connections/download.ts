// Bringing a file from the internet to a host: by the host's own curl, or by this machine piece by piece.
// Only the transport is judged here (status, certificate, way); what was downloaded is judged by whoever asked for it.
import { messageOf, TaskError } from '../base/errors.ts';
import type { Connection, Exit } from './connection.ts';
import { showUrl } from './http.ts';

export interface Download {
  readonly url: URL;
  /** where on the host the file is written, mode 0600; something that stands there is overwritten */
  readonly path: string;
  /** seconds for all of it */
  readonly timeout: number;
  readonly allowInsecure: boolean;
  readonly signal: AbortSignal;
  readonly onBytes?: (done: number, total: number | undefined) => void;
}

/** How much is handed over with one command. */
const PIECE = 4 * 1024 ** 2;
const MOST_REDIRECTS = 10;

/** What curl's exit codes mean to the operator; the rest are told by curl's own words. */
const CURL_EXITS: Readonly<Record<number, string>> = {
  1: 'the address leads to a protocol that is not allowed',
  5: 'the name of the proxy cannot be resolved',
  6: 'the name cannot be resolved (DNS)',
  7: 'the connection was refused',
  18: 'the answer broke off before its end',
  22: 'the server answered with an error',
  23: 'the file cannot be written',
  28: 'the time limit was reached',
  35: 'the TLS handshake failed',
  47: 'there are too many redirects',
  51: 'the certificate is not one of that name',
  52: 'the server closed the connection without an answer',
  56: 'the connection broke',
  60: 'the certificate is not trusted by the host',
  77: 'the host has no certificates to trust: install ca-certificates',
  127: 'curl is not installed on the host',
};

/** Rejects with a TaskError that says why in words. The address goes in on standard input: it may hold a token. */
export async function downloadByHost(connection: Connection, { url, path, timeout, allowInsecure, signal }: Download): Promise<void> {
  const protocols = allowInsecure ? '=http,https' : '=https';
  const curl = ['curl', '-fsSL', '--proto', protocols, '--proto-redir', protocols, '--max-redirs', String(MOST_REDIRECTS)];
  const limits = ['--connect-timeout', '30', '--max-time', String(timeout), '--output', path, '--config', '-'];
  const argv = ['sh', '-c', 'umask 077; rm -f -- "$1"; shift; exec "$@"', 'sh', path, ...curl, ...limits];
  const exit = await connection.exec(argv, { stdin: `url = "${url.href.replace(/["\\]/g, '\\$&')}"\n`, signal });
  if (exit.code === 0) return;
  throw new TaskError(`${connection.host}: cannot download ${showUrl(url)}: ${whyCurl(exit)}`, {
    next: 'give via: controller if the host has no way to the internet',
    output: exit.stderr.trim() || undefined,
  });
}

function whyCurl({ code, signal, stderr }: Exit): string {
  if (code === undefined) return `curl was killed by ${signal}`;
  const said = stderr
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/^curl: (\(\d+\) )?/, '');
  const words = CURL_EXITS[code] ?? `curl ended with exit ${code}`;
  return code === 127 || !said ? words : `${words} (${said})`;
}

/** Rejects with a TaskError that says why in words. */
export async function downloadByController(connection: Connection, download: Download): Promise<void> {
  const limit = AbortSignal.timeout(download.timeout * 1000);
  const signal = AbortSignal.any([download.signal, limit]);
  const fail = (error: unknown): never => {
    download.signal.throwIfAborted();
    const why = limit.aborted ? 'the time limit was reached' : wordsOf(error);
    throw new TaskError(`${connection.host}: the controller cannot download ${showUrl(download.url)}: ${why}`, { cause: error });
  };
  const response = await follow(download.url, download.allowInsecure, signal).catch(fail);
  const total = Number(response.headers.get('content-length')) || undefined;
  let [done, rest] = [0, [] as Uint8Array[]];
  await append(connection, download, new Uint8Array(), '>');
  const pieces = (response.body ?? new ReadableStream<Uint8Array>({ start: (stream) => stream.close() })).values();
  for (;;) {
    const { value, done: ended } = await pieces.next().catch(fail);
    if (value) rest.push(value);
    const size = rest.reduce((sum, { length }) => sum + length, 0);
    if (size > 0 && (ended || size >= PIECE)) {
      await append(connection, download, Buffer.concat(rest), '>>');
      rest = [];
      done += size;
      download.onBytes?.(done, total);
    }
    if (ended) return;
  }
}

/** fetch follows a redirect to plain http without a word, so the redirects are followed here. */
async function follow(start: URL, allowInsecure: boolean, signal: AbortSignal): Promise<Response> {
  let url = start;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await fetch(url, { redirect: 'manual', signal });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) {
      if (response.ok) return response;
      await response.body?.cancel();
      throw new Error(`the server answered with an error (${response.status} ${response.statusText})`);
    }
    await response.body?.cancel();
    url = new URL(location, url);
    if (url.protocol !== 'https:' && !(allowInsecure && url.protocol === 'http:'))
      throw new Error(`it leads to ${showUrl(url)}, which is not https`);
  }
  throw new Error('there are too many redirects');
}

async function append(connection: Connection, { path, signal }: Download, bytes: Uint8Array, how: '>' | '>>'): Promise<void> {
  const exit = await connection.exec(['sh', '-c', `umask 077; cat ${how} "$1"`, 'sh', path], { stdin: bytes, signal });
  if (exit.code !== 0)
    throw new TaskError(`${connection.host}: cannot write ${path}: ${exit.stderr.trim() || `exit ${exit.code ?? exit.signal}`}`);
}

/** The reason that fetch hides behind "fetch failed". */
function wordsOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the name cannot be resolved (DNS)';
  if (code === 'ECONNREFUSED') return 'the connection was refused';
  return cause instanceof Error ? messageOf(cause) : messageOf(error);
}
