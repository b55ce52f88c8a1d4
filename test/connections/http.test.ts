import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, it } from 'mocha';
import { ConnectionError } from '../../src/base/errors.ts';
import type { SocketAddress } from '../../src/connections/connection.ts';
import { requestFrom, showUrl } from '../../src/connections/http.ts';
import { ScriptedConnection } from '../support/scripted_connection.ts';
import { withWeb } from '../support/web.ts';

const opened: SocketAddress[] = [];
const live = new ScriptedConnection([], {
  openSocket: (address) => {
    opened.push(address);
    return connect(address as { host: string; port: number });
  },
});
/** A host whose sockets end with an error before they are open. */
const failing = (error: Error) =>
  new ScriptedConnection([], { openSocket: () => new Duplex({ construct: (done) => done(error), read() {} }) });

/** The address of a server that treats each connection as told. */
async function withSocket(treat: (socket: import('node:net').Socket) => void, work: (port: number) => Promise<void>): Promise<void> {
  const server = createServer(treat);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  await work((server.address() as AddressInfo).port).finally(() => server.close());
}

describe('a request from a host', () => {
  it('goes through a socket of the connection, and gives status, headers and body', async () => {
    await withWeb(
      (request, response) => response.writeHead(418, { 'x-asked': `${request.method} ${request.url} ${request.headers.host}` }).end('tea'),
      async (address) => {
        const { status, headers, body } = await requestFrom(live, new URL(`${address}/a?b=c`), { method: 'PUT', body: 'x' });
        const { host, port } = new URL(address);
        assert.deepEqual([status, headers['x-asked'], body.toString()], [418, `PUT /a?b=c ${host}`, 'tea']);
        assert.deepEqual(opened.at(-1), { host: '127.0.0.1', port: Number(port) });
      },
    );
  });

  it('knows the ports nobody writes, and addresses in brackets', async () => {
    const asked: SocketAddress[] = [];
    const connection = new ScriptedConnection([], {
      openSocket: (address) => {
        asked.push(address);
        return new Duplex({ construct: (done) => done(new Error('no')), read() {} });
      },
    });
    for (const url of ['http://x/', 'https://x/', 'http://[::1]:8008/']) await assert.rejects(requestFrom(connection, new URL(url)));
    assert.deepEqual(asked, [
      { host: 'x', port: 80 },
      { host: 'x', port: 443 },
      { host: '::1', port: 8008 },
    ]);
  });

  it('that is refused is a failure of the task, whoever says so', async () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    await assert.rejects(requestFrom(failing(refused), new URL('http://127.0.0.1:8008/')), {
      name: 'TaskError',
      message: 'trains-1: no answer from http://127.0.0.1:8008/: the connection was refused: nothing listens there',
    });
    const told = new ConnectionError('trains-1', 'refused', 'nothing listens at 127.0.0.1:8008');
    await assert.rejects(requestFrom(failing(told), new URL('http://127.0.0.1:8008/')), {
      name: 'TaskError',
      message: 'trains-1: no answer from http://127.0.0.1:8008/: nothing listens at 127.0.0.1:8008',
    });
  });

  it('over a link that is lost is no failure of the task', async () => {
    const lost = new ConnectionError('trains-1', 'lost', 'the link was lost');
    await assert.rejects(requestFrom(failing(lost), new URL('http://127.0.0.1/')), lost);
    await assert.rejects(requestFrom(failing(lost), new URL('https://127.0.0.1/')), lost);
  });

  it('that is hung up on, before or within the answer, has no answer', async () => {
    const treatments: readonly ((socket: import('node:net').Socket) => void)[] = [
      (socket) => socket.once('data', () => socket.destroy()),
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'),
      (socket) => socket.end('this is no HTTP\r\n\r\n'),
    ];
    for (const treat of treatments) {
      await withSocket(treat, (port) =>
        assert.rejects(requestFrom(live, new URL(`http://127.0.0.1:${port}/`)), {
          name: 'TaskError',
          message: /^trains-1: no answer from http/,
        }),
      );
    }
  });

  it('by https to what speaks http has no answer', () =>
    withWeb(
      (_request, response) => response.end(),
      (address) => assert.rejects(requestFrom(live, new URL(address.replace('http:', 'https:'))), { name: 'TaskError' }),
    ));

  it('that is aborted rejects with the reason', () =>
    withWeb(
      () => {},
      async (address) => {
        const reason = new Error('interrupted');
        const controller = new AbortController();
        setTimeout(() => controller.abort(reason), 50);
        await assert.rejects(requestFrom(live, new URL(address), { signal: controller.signal }), reason);
        await assert.rejects(requestFrom(live, new URL(address), { signal: controller.signal }), reason);
      },
    ));
});

describe('a url that is shown', () => {
  it('is without name and password', () => {
    assert.equal(showUrl(new URL('https://me:secret@x:8443/a?b=c')), 'https://x:8443/a?b=c');
  });
});
