import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { ConnectionError } from '../../src/base/errors.ts';
import { connect } from '../../src/connections/connect.ts';
import { type Elasticsearch, elasticsearchFailure, openElasticsearch } from '../../src/connections/elasticsearch.ts';
import { localContext } from '../support/local.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { withWeb } from '../support/web.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A client over ssh, for a server that answers so. */
async function withServer(answer: Answer, use: (client: Elasticsearch, sshd: Sshd) => Promise<void>): Promise<void> {
  await withWeb(answer, async (address) => {
    const sshd = await startSshd(mkdtempSync(join(tmpdir(), 'switchyard-elasticsearch-')));
    const connection = await connect(sshd.address, localContext);
    await use(openElasticsearch(connection, { host: '127.0.0.1', port: Number(new URL(address).port) }), sshd);
    await connection.close();
    await sshd.close();
  });
}

const isLost = (error: Error): boolean => error instanceof ConnectionError && error.reason === 'lost';

describe('an Elasticsearch client over ssh', () => {
  it('calls a link that is lost before the answer lost, and every request after it', () =>
    withServer(
      () => {},
      async (client, sshd) => {
        const asked = client.info();
        setTimeout(() => sshd.cut(), 100);
        await assert.rejects(asked, isLost);
        await assert.rejects(client.ping(), isLost);
      },
    ));

  it('calls a link that is lost in the middle of an answer lost', () =>
    withServer(
      (_request, response) => response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"a":'),
      async (client, sshd) => {
        setTimeout(() => sshd.cut(), 100);
        await assert.rejects(client.info(), isLost);
      },
    ));

  it('leaves a server that hangs up what it is: the link is up', () =>
    withServer(
      (request) => request.socket.destroy(),
      (client) => assert.rejects(client.info(), (error: Error) => !isLost(error) && /hang up|closed/.test(error.message)),
    ));

  it('keeps status and reason of an answer that says no', () =>
    withServer(
      (_request, response) =>
        response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"type":"t","reason":"unrecognized parameter"}}'),
      (client) =>
        assert.rejects(
          client.info(),
          (error: Error) => elasticsearchFailure(error) === 'Elasticsearch answered 400: unrecognized parameter',
        ),
    ));

  it('gives up one request after its own time', () =>
    withServer(
      () => {},
      (client) => assert.rejects(client.info({}, { requestTimeout: 100 }), { name: 'TimeoutError' }),
    ));
});
