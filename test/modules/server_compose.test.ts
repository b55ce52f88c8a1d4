import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Refusal } from '../../src/base/errors.ts';
import type { ServerComposeArguments } from '../../src/modules/arguments.ts';
import type { Change, Target } from '../../src/modules/module.ts';
import { serverCompose } from '../../src/modules/server_compose.ts';
import { type Compose, composeIn } from '../support/compose.ts';
import { localTarget } from '../support/local_target.ts';

const SOURCE = `services:
  apiserver:
    image: own/server:latest
    environment: { TRAINS_ELASTIC_SERVICE_HOST: elasticsearch, TRAINS_ELASTIC_SERVICE_PORT: 9200 }
    volumes: [/opt/trains/logs:/var/log/trains, /opt/trains/config:/opt/trains/config, /opt/trains/data/fileserver:/mnt/fileserver]
  elasticsearch: { image: "elasticsearch:7.6.2", volumes: [/opt/trains/data/elastic_7:/usr/share/elasticsearch/data] }
  mongo: { image: mongo, volumes: [/opt/trains/data/mongo/db:/data/db, /opt/trains/data/mongo/configdb:/data/configdb] }
  # kept
  redis: { image: redis, volumes: [/opt/trains/data/redis:/data] }
`;

describe('server_compose', () => {
  let target: Target;
  let directory: string;
  let compose: Compose;
  let args: ServerComposeArguments;
  const within = (name: string) => join(directory, name);
  const text = (name: string) => readFileSync(within(name), 'utf8');
  const planning = () => ({ ...target, run: { ...target.run, check: true } });
  const changeOf = async (on = target): Promise<Change<never>> => {
    const result = await serverCompose.check(args, on);
    assert.equal(result.status, 'changes', JSON.stringify(result));
    return (result as unknown as { change: Change<never> }).change;
  };
  const made = async () => serverCompose.apply(args, await changeOf(), target);
  const refusal = (message: RegExp, next: RegExp) => (error: unknown) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.match(error.message, message);
    assert.match(error.detail.next ?? '', next);
    assert.equal(error.detail.state, 'nothing was written');
    return true;
  };

  beforeEach(async () => {
    compose = composeIn(mkdtempSync(join(tmpdir(), 'switchyard-compose-')));
    ({ target, directory } = await localTarget({ facts: { compose: compose.facts } }));
    const base = '/srv/trains';
    args = {
      src: within('new.yml'),
      dest: within('here.yml'),
      project_dir: directory,
      compose_files: [within('docker-compose.yml'), within('docker-compose.override.yml')],
      project_name: 'other',
      data: {
        elastic_target: `${base}/data/elastic_7`,
        mongo: [`${base}/data/mongo/db`, `${base}/data/mongo/configdb`],
        redis: '',
        fileserver: `${base}/data/fileserver`,
        config: `${base}/config`,
        logs: `${base}/logs`,
      },
    };
    writeFileSync(args.src, SOURCE);
  });
  afterEach(() => target.connection.close());

  it('makes the file, asks compose of it with the override files, and tells what took the place of what', async () => {
    const outputs = await made();
    assert.equal(
      text('here.yml').split('\n').slice(-SOURCE.split('\n').length).join('\n'),
      SOURCE.replaceAll(/\/opt\/trains(?=\/\w+\/?\w*\/?\w*:\/)/g, '/srv/trains'),
    );
    assert.equal(outputs.path, args.dest);
    assert.deepEqual((outputs.moved as object[])[0], { from: '/opt/trains/logs', to: '/srv/trains/logs' });
    assert.equal((outputs.moved as object[]).length, 7);
    assert.equal(text('new.yml'), SOURCE);
    assert.equal(compose.calls().length, 1);
    assert.match(
      compose.calls()[0]!,
      new RegExp(`^--project-directory ${directory} -p other -f \\S+ -f ${directory}/docker-compose.override.yml config$`),
    );
    assert.deepEqual(readdirSync(directory).sort(), ['here.yml', 'new.yml']);
  });

  it('makes a file that is the same to the byte where nothing differs', async () => {
    const bytes = Buffer.concat([Buffer.from(SOURCE), Buffer.from([0x23, 0xff, 0x0a])]);
    writeFileSync(args.src, bytes);
    args = { ...args, data: JSON.parse(JSON.stringify(args.data).replaceAll('/srv/', '/opt/')) };
    const { before, after } = await changeOf();
    assert.equal(before, after);
    assert.deepEqual(await made(), { path: args.dest, moved: [] });
    assert.ok(readFileSync(args.dest).equals(bytes));
  });

  it('shows in a plan what differs from the download, or from the file that is there', async () => {
    const { summary, before, after } = await changeOf(planning());
    assert.equal(before, SOURCE);
    assert.ok(after?.includes('/srv/trains/data/redis:/data'));
    assert.match(summary, /^make \S+here\.yml of \S+new\.yml, with \/srv\/trains\/logs, /);
    writeFileSync(args.dest, 'services: {}\n');
    assert.equal((await changeOf(planning())).before, 'services: {}\n');
  });

  it('is a change in a plan that comes before the download, and refused in a run', async () => {
    args = { ...args, src: within('missing.yml') };
    writeFileSync(args.dest, SOURCE);
    assert.match((await changeOf(planning())).summary, /once that is there$/);
    await assert.rejects(changeOf(), refusal(/the downloaded compose file \S+missing\.yml is not there$/, /download stage/));
  });

  it('sets another file aside, and undo brings it back', async () => {
    writeFileSync(args.dest, 'services: {}\n');
    const outputs = await made();
    const names = () =>
      readdirSync(directory)
        .filter((name) => name.startsWith('here'))
        .sort();
    assert.deepEqual(names(), ['here.yml', 'here.yml.replaced-20260101_000000']);
    const made_ = text('here.yml');
    await serverCompose.undo!(args, outputs, target);
    assert.deepEqual(names(), ['here.yml', 'here.yml.undone-20260101_000000']);
    assert.deepEqual([text('here.yml'), text('here.yml.undone-20260101_000000')], ['services: {}\n', made_]);
  });

  it('is refused, with file, line and what to take out, where an override file brings back what is old; nothing is left behind', async () => {
    writeFileSync(
      within('docker-compose.override.yml'),
      'services:\n  elasticsearch:\n    volumes:\n    - /srv/trains/data/elastic:/usr/share/elasticsearch/data\n  redis:\n    image: redis:5.0.1\n',
    );
    compose.says(
      SOURCE.replaceAll('/opt/trains/', '/srv/trains/')
        .replace('/srv/trains/config:/srv/', '/srv/trains/config:/opt/')
        .replace('data/elastic_7', 'data/elastic')
        .replace('image: redis,', 'image: "redis:5.0.1",'),
    );
    const override = within('docker-compose.override.yml');
    await assert.rejects(
      made(),
      refusal(
        new RegExp(
          `here\\.yml would not start this installation's server: ${override} line 4: volumes /usr/share/elasticsearch/data of service elasticsearch: found /srv/trains/data/elastic, wanted /srv/trains/data/elastic_7; ${override} line 6: image of service redis: found redis:5\\.0\\.1, wanted redis$`,
        ),
        new RegExp(
          `^take line 4 \\(volumes /usr/share/elasticsearch/data of service elasticsearch\\) out of ${override}; take line 6 \\(image of service redis\\) out of ${override}; then run this again$`,
        ),
      ),
    );
    assert.deepEqual(readdirSync(directory).sort(), ['docker-compose.override.yml', 'new.yml']);
  });

  it('is not content with a file that is there while an override file spoils it', async () => {
    await made();
    assert.equal((await serverCompose.check(args, target)).status, 'ok');
    compose.says(text('here.yml').replace('/srv/trains/data/redis:', '/srv/elsewhere:'));
    await assert.rejects(
      serverCompose.check(args, planning()),
      refusal(/volumes \/data of service redis: found \/srv\/elsewhere, wanted \/srv\/trains\/data\/redis$/, /^see where /),
    );
  });

  it('leaves nothing behind, and the file that is there as it is, where compose cannot read the files together', async () => {
    writeFileSync(args.dest, 'services: {}\n');
    chmodSync(compose.facts.command[0]!, 0o644);
    await assert.rejects(made(), /config of /);
    assert.deepEqual(readdirSync(directory).sort(), ['here.yml', 'new.yml']);
    assert.equal(text('here.yml'), 'services: {}\n');
  });

  it('depends on the download, and on the files that stay, as they are called on the host', () => {
    assert.deepEqual(serverCompose.concerns?.({ ...args, compose_files: ['docker-compose.yml', 'own.yml'] }), {
      writes: [args.dest],
      reads: [args.src, within('.env'), within('own.yml')],
    });
  });

  const REFUSED: readonly [what: string, given: () => void, message: RegExp, next: RegExp][] = [
    [
      'the download itself as destination',
      () => (args = { ...args, dest: args.src }),
      /new\.yml is to be made, but is the downloaded file itself$/,
      /another name/,
    ],
    [
      'the file of the running server as destination',
      () => (args = { ...args, dest: args.compose_files[0]! }),
      /is a compose file of the old server itself$/,
      /another name/,
    ],
    [
      'files of users that would vanish',
      () => (args = { ...args, data: { ...args.data, fileserver: '' } }),
      /no directory of the file server is known/,
      /\/mnt\/fileserver/,
    ],
    ['a download that is no YAML', () => writeFileSync(args.src, 'a: [\n'), /new\.yml is not YAML \(line \d/, /download stage/],
    [
      'a download that is no compose file',
      () => writeFileSync(args.src, '404: Not Found\n'),
      /is no compose file: it has no services$/,
      /download stage/,
    ],
  ];
  for (const [what, given, message, next] of REFUSED) {
    it(`refuses ${what}`, async () => {
      given();
      await assert.rejects(changeOf(), refusal(message, next));
      assert.equal(existsSync(within('here.yml')), false);
    });
  }
});
