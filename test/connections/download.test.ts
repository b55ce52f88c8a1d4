import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { describe, it } from 'mocha';
import { type Download, downloadByController, downloadByHost } from '../../src/connections/download.ts';
import { type Answer, ScriptedConnection } from '../support/scripted_connection.ts';
import { withWeb } from '../support/web.ts';

const order = (url: string, more: Partial<Download> = {}): Download => ({
  url: new URL(url),
  path: '/opt/.file',
  timeout: 5,
  allowInsecure: false,
  signal: new AbortController().signal,
  ...more,
});

describe('a download by the host', () => {
  it('gives the address on standard input, where no process list shows it', async () => {
    const connection = new ScriptedConnection([['sh -c', '']]);
    await downloadByHost(connection, order('https://x/file?token=abc"def'));
    const { argv, options } = connection.asked[0]!;
    assert.equal(options.stdin, 'url = "https://x/file?token=abc%22def"\n');
    assert.deepEqual(argv.slice(5, 10), ['curl', '-fsSL', '--proto', '=https', '--proto-redir']);
    assert.doesNotMatch(argv.join(' '), /token/);
  });

  const failures: readonly (readonly [Answer, string])[] = [
    [{ code: 6, stderr: 'curl: (6) Could not resolve host: x\n' }, 'the name cannot be resolved (DNS) (Could not resolve host: x)'],
    [{ code: 7, stderr: 'curl: (7) Failed to connect\n' }, 'the connection was refused (Failed to connect)'],
    [
      { code: 22, stderr: 'curl: (22) The requested URL returned error: 404\n' },
      'the server answered with an error (The requested URL returned error: 404)',
    ],
    [
      { code: 23, stderr: 'curl: (23) Failure writing output to destination' },
      'the file cannot be written (Failure writing output to destination)',
    ],
    [{ code: 28 }, 'the time limit was reached'],
    [{ code: 60, stderr: 'curl: (60) SSL certificate problem' }, 'the certificate is not trusted by the host (SSL certificate problem)'],
    [{ code: 99 }, 'curl ended with exit 99'],
    [{ code: 127, stderr: 'sh: 1: exec: curl: not found' }, 'curl is not installed on the host'],
    [{ signal: 'SIGKILL' }, 'curl was killed by SIGKILL'],
  ];
  for (const [answer, why] of failures) {
    it(`that fails says: ${why}`, async () => {
      await assert.rejects(downloadByHost(new ScriptedConnection([['sh -c', answer]]), order('https://x/file')), {
        name: 'TaskError',
        message: `trains-1: cannot download https://x/file: ${why}`,
      });
    });
  }
});

describe('a download by the controller', () => {
  const insecure = { allowInsecure: true };
  const writes = () => new ScriptedConnection([['sh -c umask 077; cat', '']]);
  const refuse = (answer: RequestListener, says: RegExp, more: Partial<Download> = {}) =>
    withWeb(answer, (address) =>
      assert.rejects(downloadByController(writes(), order(address, { ...insecure, ...more })), { name: 'TaskError', message: says }),
    );

  it('hands the file over piece by piece, and an empty one too', async () => {
    for (const size of [0, 10_000_000]) {
      const connection = writes();
      const told: unknown[] = [];
      await withWeb(
        (_request, response) => response.end(Buffer.alloc(size, 'x')),
        (address) => downloadByController(connection, order(address, { ...insecure, onBytes: (done, total) => told.push([done, total]) })),
      );
      const pieces = connection.asked.map(({ options }) => (options.stdin as Uint8Array).length);
      assert.deepEqual([pieces[0], pieces.reduce((sum, length) => sum + length, 0)], [0, size]);
      assert.deepEqual(told.at(-1), size === 0 ? undefined : [size, size]);
    }
  });

  it('follows a redirect', async () => {
    const connection = writes();
    await withWeb(
      (request, response) => (request.url === '/there' ? response.end('file') : response.writeHead(302, { location: '/there' }).end()),
      (address) => downloadByController(connection, order(address, insecure)),
    );
    assert.equal(connection.asked.at(-1)?.options.stdin?.toString(), 'file');
  });

  it('does not follow one to another protocol', () =>
    refuse(
      (_request, response) => response.writeHead(302, { location: 'ftp://x/file' }).end(),
      /it leads to ftp:\/\/x\/file, which is not https$/,
    ));

  it('gives up after too many redirects', () =>
    refuse((_request, response) => response.writeHead(301, { location: '/' }).end(), /there are too many redirects$/));

  it('takes a 404 for no file', () =>
    refuse((_request, response) => response.writeHead(404).end('404: Not Found'), /the server answered with an error \(404 Not Found\)$/));

  it('takes half an answer for no file', () =>
    refuse((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => response.destroy(), 50);
    }, /cannot download/));

  it('gives up after its time limit', () => refuse(() => {}, /the time limit was reached$/, { timeout: 0.2 }));

  it('says when nobody answers', () =>
    assert.rejects(downloadByController(writes(), order('http://127.0.0.1:9/', insecure)), { name: 'TaskError' }));

  it('says when the host cannot write the file', async () => {
    const full = new ScriptedConnection([['sh -c', { code: 1, stderr: 'cat: write error: No space left on device\n' }]]);
    await withWeb(
      (_request, response) => response.end('file'),
      (address) =>
        assert.rejects(downloadByController(full, order(address, insecure)), {
          name: 'TaskError',
          message: 'trains-1: cannot write /opt/.file: cat: write error: No space left on device',
        }),
    );
  });
});
