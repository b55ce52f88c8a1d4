// The API of an Elasticsearch server as seen from a host: the official client over a stream inside the host's connection. The only door to it.
// 7.13.0 exactly: the last one without a product check, so it speaks to 5.6 and to every 7.
import type http from 'node:http';
import elastic, { type ApiError, type ApiResponse, type Client } from '@elastic/elasticsearch';
import { ConnectionError, messageOf } from '../base/errors.ts';
import { ChannelAgent } from './channel.ts';
import type { Connection } from './connection.ts';

export type Elasticsearch = Client;

/** ms; a single request may ask for another one (`requestTimeout`) */
const REQUEST_MS = 30_000;

/** `host` and `port` as the host sees them. Nothing is asked twice: a repeated `_reindex` would be a second one. */
export function openElasticsearch(connection: Connection, { host, port }: { readonly host: string; readonly port: number }): Elasticsearch {
  let lost: ConnectionError | undefined;
  const agent = new ChannelAgent(() =>
    connection.openSocket({ host, port }).on('error', (error) => {
      if (error instanceof ConnectionError) lost = error;
    }),
  );
  return new elastic.Client({
    node: `http://${host}:${port}`,
    agent: (() => agent) as unknown as () => http.Agent, // a function: an object would only be options for an agent of the client's own
    Connection: ListeningConnection,
    Transport: reporting(() => lost),
    maxRetries: 0,
    requestTimeout: REQUEST_MS,
  });
}

// The client stops listening to a request once its answer has begun: a stream that breaks off after that would end the process.
class ListeningConnection extends elastic.Connection {
  override request(...args: Parameters<elastic.Connection['request']>): http.ClientRequest {
    const request = super.request(...args);
    request.on?.('error', () => {}); // the answer itself tells that it was cut short; a path that cannot be asked for has no request
    return request;
  }
}

type Callback = (error: ApiError, result: ApiResponse) => void;

// The client keeps no more of a stream's error than its text: a lost link would read as a server that hung up.
function reporting(lost: () => ConnectionError | undefined): typeof elastic.Transport {
  const named = (error: unknown): unknown => (error instanceof elastic.errors.ResponseError ? error : (lost() ?? error));
  class HostTransport extends elastic.Transport {
    override request(params: never, options: never, callback?: Callback): never {
      if (callback)
        return super.request(params, options, (error, result) => callback(error && (named(error) as ApiError), result)) as never;
      const asked = super.request(params, options);
      const told = asked.catch((error: unknown) => {
        throw named(error);
      });
      return Object.assign(told, { abort: () => asked.abort() }) as never;
    }
  }
  return HostTransport;
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
