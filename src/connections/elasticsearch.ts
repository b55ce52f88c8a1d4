// The API of an Elasticsearch server as seen from a host: the official client over a stream inside the host's connection. The only door to it.
// 7.13.0 exactly: the last one without a product check, so it speaks to 5.6 and to every 7.
import type http from 'node:http';
import elastic, { type Client } from '@elastic/elasticsearch';
import { messageOf } from '../base/errors.ts';
import { ChannelAgent } from './channel.ts';
import type { Connection } from './connection.ts';

export type Elasticsearch = Client;

/** ms; a single request may ask for another one (`requestTimeout`) */
const REQUEST_MS = 30_000;

/** `host` and `port` as the host sees them. Nothing is asked twice: a repeated `_reindex` would be a second one. */
export function openElasticsearch(connection: Connection, { host, port }: { readonly host: string; readonly port: number }): Elasticsearch {
  const agent = new ChannelAgent(() => connection.openSocket({ host, port }));
  return new elastic.Client({
    node: `http://${host}:${port}`,
    agent: (() => agent) as unknown as () => http.Agent, // a function: an object would only be options for an agent of the client's own
    maxRetries: 0,
    requestTimeout: REQUEST_MS,
  });
}

/** Status and reason of a failed request as a sentence. */
export function elasticsearchFailure(error: unknown): string {
  const { meta } = error as { meta?: unknown };
  const body = (meta as { body?: { error?: { reason?: string; type?: string } | string } } | undefined)?.body;
  const status = (meta as { statusCode?: number | null } | undefined)?.statusCode;
  if (!status) return messageOf(error);
  const reason = typeof body?.error === 'string' ? body.error : (body?.error?.reason ?? body?.error?.type ?? messageOf(error));
  return `Elasticsearch answered ${status}: ${reason}`;
}
