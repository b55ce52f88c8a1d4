// The connection contract, the same cases over every way to reach a host.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { ConnectionError, TaskError } from '../../src/base/errors.ts';
import { connect } from '../../src/connections/connect.ts';
import type { Connection, Detached } from '../../src/connections/connection.ts';
import { openElasticsearch } from '../../src/connections/elasticsearch.ts';
import { localAddress, localContext } from '../support/local.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { withWeb } from '../support/web.ts';

const WAYS: readonly (readonly [string, (directory: string) => Promise<{ connection: Connection; sshd?: Sshd }>])[] = [
  ['local', async () => ({ connection: await connect(localAddress('h1'), localContext) })],
  [
    'ssh',
    async (directory) => {
      const sshd = await startSshd(directory);
      return { connection: await connect(sshd.address, localContext), sshd };
    },
  ],
];

/** Until it is so, or two seconds are over. */
async function eventually(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !holds(); i++) await sleep(10);
  assert.ok(holds());
}

for (const [way, open] of WAYS) {
  describe(`a connection by ${way}`, () => {
    let connection: Connection;
    let sshd: Sshd | undefined;
    let directory: string;
    before(async () => {
      directory = mkdtempSync(join(tmpdir(), 'switchyard-connection-'));
      ({ connection, sshd } = await open(directory));
    });
    after(async () => {
      await connection?.close();
      await sshd?.close();
    });

    it('gives output, errors and code apart', async () => {
      assert.deepEqual(await connection.exec(['sh', '-c', 'echo out; echo err >&2; exit 3']), {
        code: 3,
        stdout: 'out\n',
        stderr: 'err\n',
      });
    });

    it('tells a signal from a code', async () => {
      const { code, signal } = await connection.exec(['sh', '-c', 'kill -9 $$']);
      assert.deepEqual([code, signal], [undefined, 'SIGKILL']);
    });

    it('hands words on as they are', async () => {
      const words = ["it's", '"a" $HOME `id` \\', '*', '', 'two\nlines', '-n'];
      const { stdout } = await connection.exec(['sh', '-c', 'for w; do printf "<%s>" "$w"; done', 'sh', ...words]);
      assert.equal(stdout, words.map((word) => `<${word}>`).join(''));
    });

    it('feeds standard input and ends it', async () => {
      const text = 'ü'.repeat(100_000);
      assert.equal((await connection.exec(['cat'], { stdin: text })).stdout, text);
      assert.equal((await connection.exec(['cat'])).stdout, '');
    });

    it('sets variables without showing them in a process list', async () => {
      const script = 'printf %s "$SECRET"; tr "\\0" " " < /proc/$$/cmdline; ps -o args= -p $$,$PPID 2>/dev/null; true';
      const { stdout } = await connection.exec(['sh', '-c', script], { env: { SECRET: "o'pen $sesame" } });
      assert.equal(stdout.split("o'pen $sesame").length, 2);
      assert.ok(stdout.startsWith("o'pen $sesame"));
    });

    it('hands output on as it comes', async () => {
      const seen: string[] = [];
      await connection.exec(['sh', '-c', 'echo one; echo two >&2'], { onOutput: (text, stream) => seen.push(`${stream}: ${text.trim()}`) });
      assert.deepEqual(seen.sort(), ['stderr: two', 'stdout: one']);
    });

    it('runs where it is told', async () => {
      assert.equal((await connection.exec(['pwd'], { cwd: directory })).stdout.trim(), directory);
    });

    it('kills the whole process group at the end of its time', async () => {
      const file = join(directory, `alive-${way}`);
      const began = Date.now();
      const late = connection.exec(['sh', '-c', `(trap "" HUP; sleep 5; touch ${file}) & wait`], { timeout: 300 });
      await assert.rejects(
        late,
        (error: Error) => error instanceof TaskError && /did not end within 0\.3 s and was stopped/.test(error.message),
      );
      assert.ok(Date.now() - began < 4_000);
      const { stdout } = await connection.exec(['sh', '-c', `ps -eo args | grep -c "[t]ouch ${file}"; true`]);
      assert.equal(stdout.trim(), '0');
    });

    it('kills it when it is aborted, and says the reason', async () => {
      const aborter = new AbortController();
      const running = connection.exec(['sleep', '10'], { signal: aborter.signal });
      setTimeout(() => aborter.abort(new TaskError('enough')), 50);
      await assert.rejects(running, /enough/);
    });

    it('reads and writes any bytes, with mode, in one move', async () => {
      const path = join(directory, 'a file');
      const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 256));
      await connection.writeFile(path, bytes, { mode: 0o640 });
      assert.ok(bytes.equals((await connection.readFile(path))!));
      assert.equal(statSync(path).mode & 0o777, 0o640);
      await connection.writeFile(path, 'short');
      assert.equal(readFileSync(path, 'utf8'), 'short');
    });

    it('tells a file that is not there from one that cannot be read', async () => {
      assert.equal(await connection.readFile(join(directory, 'none')), undefined);
      assert.equal(await connection.readFile(join(directory, 'none/below')), undefined);
      await assert.rejects(connection.readFile(directory), TaskError);
      writeFileSync(join(directory, 'plain'), '');
      await assert.rejects(connection.writeFile(join(directory, 'plain/below'), 'x'), TaskError);
    });

    it('opens sockets as seen from the host', async () => {
      const path = join(directory, `s-${way}`);
      const server = createServer((socket) => socket.end('hello'));
      await new Promise<void>((resolve) => server.listen(path, resolve));
      let text = '';
      for await (const chunk of connection.openSocket({ path })) text += chunk;
      assert.equal(text, 'hello');
      await new Promise((resolve) => server.close(resolve));
    });

    it('carries HTTP: Elasticsearch answers through it', async () => {
      await withWeb(
        (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"version":{"number":"5.6.16"}}'),
        async (address) => {
          const client = openElasticsearch(connection, { host: '127.0.0.1', port: Number(new URL(address).port) });
          assert.equal((await client.info<{ version: { number: string } }>()).body.version.number, '5.6.16');
          await client.close();
        },
      );
    });

    it('says why a socket cannot be opened', async () => {
      const socket = connection.openSocket({ host: '127.0.0.1', port: 9 });
      await assert.rejects(new Promise((_resolve, reject) => socket.on('error', reject).resume()), /127\.0\.0\.1:9/);
    });

    describe('with a detached command', () => {
      let place: string;
      let started: Detached;
      beforeEach(() => {
        mkdirSync(join(directory, 'd'), { recursive: true });
        place = `${mkdtempSync(join(directory, 'd/run-'))}/x`;
      });
      afterEach(async () => started.kill(100).catch(() => {}));

      it('finds its output and code, also when asked again', async () => {
        started = await connection.start(['sh', '-c', 'cat; echo done; exit 4'], place, { stdin: 'in ' });
        const exit = await started.wait();
        assert.deepEqual([exit.code, exit.stdout], [4, 'in done\n']);
        const again = await connection.attach(place);
        assert.deepEqual(await again?.poll(), exit);
      });

      it('lets it outlive the connection', async () => {
        const other = await connect(sshd?.address ?? localAddress('h1'), localContext);
        started = await other.start(['sh', '-c', 'sleep 0.3; echo outlived'], place);
        await other.close();
        started = (await connection.attach(place))!;
        assert.equal((await started.wait()).stdout, 'outlived\n');
      });

      it('ends its whole group', async () => {
        started = await connection.start(['sh', '-c', 'sleep 30 & sleep 30'], place);
        assert.equal(await started.poll(), undefined);
        await started.kill(100);
        assert.notEqual(await started.poll().catch((error: Error) => error), undefined);
      });

      it('starts none where one was started already, and finds none where none was', async () => {
        started = await connection.start(['true'], place);
        await assert.rejects(connection.start(['true'], place), TaskError);
        assert.equal(await connection.attach(join(directory, 'never')), undefined);
      });
    });
  });
}

describe('a link that is lost', () => {
  it('fails everything that is under way with "lost", and nothing hangs', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'switchyard-lost-'));
    const sshd = await startSshd(directory);
    const connection = await connect(sshd.address, localContext);
    const running = connection.exec(['sh', '-c', `touch ${directory}/begun; sleep 20`]);
    await eventually(() => existsSync(join(directory, 'begun')));
    sshd.cut();
    const isLost = (error: Error) => error instanceof ConnectionError && error.reason === 'lost' && /^h1: /.test(error.message);
    await assert.rejects(running, isLost);
    await assert.rejects(connection.exec(['true']), isLost);
    await assert.rejects(connection.readFile('/etc/hostname'), isLost);
    const socket = connection.openSocket({ host: '127.0.0.1', port: 9 });
    await assert.rejects(new Promise((_resolve, reject) => socket.on('error', reject).resume()), isLost);
    await connection.close();
    await sshd.close();
  });
});
