// One request to a web server, made from the host. What it answers is looked at, never followed.
import { Refusal, TaskError } from '../base/errors.ts';
import { type HttpRequest, requestFrom, showUrl } from '../connections/http.ts';
import type { UriArguments } from './arguments.ts';
import { applyNothing, type Module, type Target } from './module.ts';

/** Asks, and fails unless the status is an expected one. */
export const uri: Module<UriArguments> = {
  kind: 'probe',

  async check(args, target) {
    const { status: expected = [200], timeout = 30, return_content: keep = false } = args;
    const url = urlOf(args, target);
    const limit = AbortSignal.timeout(timeout * 1000);
    const started = performance.now();
    const answer = await requestFrom(target.connection, url, requestOf(args, target, limit)).catch((error: unknown) => {
      if (!limit.aborted || target.signal.aborted) throw error;
      throw new TaskError(`${target.host}: no answer from ${showUrl(url)} within ${timeout} s`, { cause: error });
    });
    const elapsed_ms = Math.round(performance.now() - started);
    const content = answer.body.toString('utf8');
    if (!expected.includes(answer.status)) {
      const said = target.secrets.mask(content).trim().slice(0, 200);
      throw new TaskError(
        `${target.host}: ${showUrl(url)} answered ${answer.status}, expected ${expected.join(' or ')}: ${said || 'it said nothing'}`,
      );
    }
    const outputs = { status: answer.status, json: jsonOf(content), content: keep ? content : '', elapsed_ms };
    return { status: 'ok', outputs, summary: `${showUrl(url)} answered ${answer.status}`, figures: `${elapsed_ms} ms` };
  },

  apply: applyNothing,
};

function urlOf({ url: text }: UriArguments, { host }: Target): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new Refusal(`${host}: "${text}" is no http or https url`, { next: 'write it in full, as http://127.0.0.1:8008/server.info' });
  }
  if (url.username || url.password) {
    throw new Refusal(`${host}: the url of ${url.host} holds a name or a password, which would be shown`, {
      next: 'give url_username and url_password',
    });
  }
  return url;
}

function requestOf(args: UriArguments, target: Target, limit: AbortSignal): HttpRequest {
  const { method = 'GET', headers = {}, body, url_username: name, url_password: password = '' } = args;
  const isData = body !== undefined && typeof body !== 'string';
  const own: Record<string, string> = isData ? { 'content-type': 'application/json' } : {};
  if (name !== undefined && name !== '') {
    if (password) target.secrets.mark(password);
    own.authorization = `Basic ${Buffer.from(target.secrets.mark(`${name}:${password}`)).toString('base64')}`;
  }
  const given = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]));
  const text = isData ? JSON.stringify(body) : (body as string | undefined);
  return { method, headers: { ...own, ...given }, body: text, signal: AbortSignal.any([target.signal, limit]) };
}

function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return null; // many answers are not JSON: an HTML page, an empty body
  }
}
