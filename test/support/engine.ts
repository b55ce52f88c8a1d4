// A Docker Engine or Elasticsearch that answers from a table, on loopback, reached through a scripted host's openSocket. For answers a real
// one does not give on demand; what a real one does is tested end to end.

import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type Row, ScriptedConnection } from './scripted_connection.ts';

export type Answers = Readonly<Record<string, unknown>>;

export interface Engine {
  readonly connection: ScriptedConnection;
  /** "METHOD /path?query" of every request, in their order */
  readonly asked: string[];
  close(): Promise<void>;
}

/** `answers`: "METHOD /path", or that with its query → the body of a 200; a number is a status without a body, a function is asked each time. What is not in the table is a 404. */
export async function fakeEngine(
  answers: Answers,
  rows: readonly Row[] = [],
  files: Readonly<Record<string, string>> = {},
): Promise<Engine> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const [path, query = ''] = (request.url ?? '').split('?');
    const told = answers[`${request.method} ${path}?${decodeURIComponent(query)}`] ?? answers[`${request.method} ${path}`];
    const answer: unknown = typeof told === 'function' ? told() : told;
    request.resume();
    if (answer === undefined) response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"there is no such thing"}');
    else if (typeof answer === 'number') response.writeHead(answer).end();
    else if (typeof answer === 'string') response.end(answer);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    connection: new ScriptedConnection(rows, { files, openSocket: () => connect(port, '127.0.0.1') }),
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
