import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Refusal, TaskError } from '../../src/base/errors.ts';
import { uri } from '../../src/modules/uri.ts';
import { localTarget } from '../support/local_target.ts';
import { withWeb } from '../support/web.ts';

describe('uri', () => {
  it('gives status, JSON and, if asked, the text', async () => {
    const { target } = await localTarget();
    await withWeb(
      (_request, response) => response.end('{"data":{"version":"0.15.1"}}'),
      async (address) => {
        const result = await uri.check({ url: `${address}/server.info`, return_content: true }, target);
        assert.ok(result.status === 'ok');
        const { elapsed_ms, ...outputs } = result.outputs;
        assert.deepEqual([result.summary, result.figures], [`${address}/server.info answered 200`, `${elapsed_ms} ms`]);
        assert.deepEqual(outputs, { status: 200, json: { data: { version: '0.15.1' } }, content: '{"data":{"version":"0.15.1"}}' });
      },
    );
  });

  it('sends data as JSON, and name and password as basic authorization', async () => {
    const { target } = await localTarget();
    const seen: unknown[] = [];
    await withWeb(
      (request, response) => {
        request
          .setEncoding('utf8')
          .on('data', (text) => seen.push(request.method, request.headers['content-type'], request.headers.authorization, text));
        request.on('end', () => response.end('no JSON'));
      },
      async (address) => {
        await uri.check({ url: address, method: 'POST', body: { task: 'x' }, url_username: 'key', url_password: 'secret' }, target);
        assert.deepEqual(seen, ['POST', 'application/json', `Basic ${Buffer.from('key:secret').toString('base64')}`, '{"task":"x"}']);
        assert.equal(target.secrets.mask('a secret'), 'a ********');
      },
    );
  });

  it('sends no authorization for an empty name', async () => {
    const { target } = await localTarget();
    let seen: string | undefined = 'nothing was asked';
    await withWeb(
      (request, response) => {
        seen = request.headers.authorization;
        response.end();
      },
      async (address) => {
        await uri.check({ url: address, url_username: '', url_password: '' }, target);
        assert.equal(seen, undefined);
      },
    );
  });

  it('fails on another status with the first of what was said, and follows nothing', async () => {
    const { target } = await localTarget();
    await withWeb(
      (_request, response) => response.writeHead(302, { location: 'http://elsewhere/' }).end('moved'),
      async (address) => {
        await assert.rejects(uri.check({ url: `${address}/x` }, target), {
          message: `here: ${address}/x answered 302, expected 200: moved`,
        });
        assert.equal((await uri.check({ url: address, status: [302] }, target)).status, 'ok');
      },
    );
  });

  it('that nobody answers is a failure of the task, not of the connection to the host', async () => {
    const { target } = await localTarget();
    await assert.rejects(
      uri.check({ url: 'http://127.0.0.1:9/' }, target),
      (error: Error) => error instanceof TaskError && /127\.0\.0\.1:9/.test(error.message),
    );
  });

  it('gives up after its timeout', async () => {
    const { target } = await localTarget();
    await withWeb(
      () => {},
      async (address) => {
        await assert.rejects(uri.check({ url: address, timeout: 0.2 }, target), /no answer from .* within 0\.2 s/);
      },
    );
  });

  it('refuses what is no http url, and a url that shows a password', async () => {
    const { target } = await localTarget();
    await assert.rejects(uri.check({ url: 'ftp://x/' }, target), Refusal);
    await assert.rejects(uri.check({ url: 'http://u:p@x/' }, target), Refusal);
  });
});
