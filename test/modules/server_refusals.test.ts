// What server_release says where it does not go on: which server, what was found, and what to type.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { Refusal } from '../../src/base/errors.ts';
import { type Installation, type Installed, install, listed, stockFile } from '../support/installed.ts';

const image = (version: string) => ({ image: [`TRAINS_SERVER_VERSION=${version}`] });
const SEVEN = stockFile.replace('elasticsearch:5.6.16', 'elasticsearch:7.6.2').replace('data/elastic:', 'data/elastic_7:');

describe('server_release refuses', () => {
  let server: Installed | undefined;
  afterEach(() => server?.close());
  const refused = async (installation: Installation, args = {}, without = ''): Promise<Refusal> => {
    server = await install(installation);
    if (without) rmSync(join(server.directory, without), { recursive: true });
    const error = await server.look(args).then(
      () => assert.fail('it was not refused'),
      (caught: unknown) => caught,
    );
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.detail.state, 'nothing was changed');
    return error;
  };

  describe('a release that does not get there in one hop:', () => {
    it('a newer one', async () => {
      const { message, detail } = await refused({ compose: SEVEN, ...image('0.17.0-63') }, { upgrade_to: '0.16.1' });
      assert.match(
        message,
        /^trains-1: the server at \S+\/trains is 0\.17\.0 and cannot go to 0\.16\.1: 0\.16\.1 is older than 0\.17\.0: no release reads/,
      );
      assert.match(detail.next ?? '', /^the way back is a backup/);
    });

    it('one that nobody should stop at', async () => {
      const { message, detail } = await refused({ compose: SEVEN, ...image('0.16.1-320') }, { upgrade_to: '1.16.0' });
      assert.match(message, /cannot go to 1\.16\.0: 1\.16\.0 is no release to stop at: it resets the credentials/);
      assert.equal(detail.next, 'take 1.16.2');
    });

    it('one that is not known', async () => {
      const { message, detail } = await refused({ compose: SEVEN, ...image('0.16.1-320') }, { upgrade_to: '7.1' });
      assert.match(message, /cannot go to 7\.1: 7\.1 is no release that is known here/);
      assert.match(detail.next ?? '', /^known: 0\.9\.0 to /);
    });

    it('one that is several hops away', async () => {
      const { message, detail } = await refused({}, { upgrade_to: '1.16.2' });
      assert.match(
        message,
        /the way from 0\.15\.1 at \S+ to 1\.16\.2 takes 2 hops: 0\.15\.1 → 0\.16\.1 → 1\.16\.2; this playbook carries out one$/,
      );
      assert.match(detail.next ?? '', /^upgrade to 0\.16\.1 first, .* switchyard route --from 0\.15\.1 --to 1\.16\.2/);
    });
  });

  describe('the compose file for Windows:', () => {
    it('directories of Windows', async () => {
      const { message, detail } = await refused({ compose: stockFile.replaceAll(/^(\s*- )ROOT/gm, '$1c:/opt/trains') });
      assert.match(
        message,
        /^trains-1: \S+\/docker-compose\.yml is the compose file for Windows: service apiserver mounts c:\/opt\/trains\/logs at/,
      );
      assert.match(detail.next ?? '', /^give trains-1 the compose file for Linux/);
    });

    it('MongoDB in a Docker volume', async () => {
      const compose = stockFile.replace('ROOT/data/mongo/db:/data/db', 'mongodata:/data').replace(/^.*configdb:.*\n/m, '');
      const { message, detail } = await refused({ compose });
      assert.match(message, /service mongo mounts the Docker volume mongodata at \/data$/);
      assert.match(
        detail.next ?? '',
        /^docker volume ls -f dangling=true && mkdir -p \S+\/mongo\/db \S+\/mongo\/configdb && rmdir .* && mkdir .* && docker run --rm --entrypoint cp -v VOLUME_OF_DB:\/from:ro .* mongo:3\.6\.5 -a \/from\/\. \/to/,
      );
    });
  });

  describe('a server that docker run started:', () => {
    const run = (name: string, mounts: Readonly<Record<string, string>> = {}, more: object = {}) =>
      listed(name, '', {
        Mounts: Object.entries(mounts).map(([Destination, from]) =>
          from.startsWith('/') ? { Type: 'bind', Source: from, Destination } : { Type: 'volume', Name: from, Source: '', Destination },
        ),
        ...more,
      });
    const elastic = run('trains-elastic', { '/usr/share/elasticsearch/data': '/opt/trains/data/elastic' });
    const mongo = run('trains-mongo', { '/data/db': '/opt/trains/data/mongo/db', '/data/configdb': '/opt/trains/data/mongo/configdb' });
    const api = run('trains-apiserver', { '/opt/trains/config': '/opt/trains/config' });
    const told = { 'GET /server.info': { data: { version: '0.11.0', build: '166' } } };
    const URL = 'https://raw.githubusercontent.com/allegroai/trains-server';

    it('tells the containers, their data, and the commands that put them aside for the compose file of the same release', async () => {
      const { message, detail } = await refused({ containers: [elastic, mongo, api], answers: told }, {}, 'docker-compose.yml');
      assert.match(
        message,
        /^trains-1: the server was started with docker run, not with compose: trains-elastic \(running, \/usr\/share\/elasticsearch\/data is \/opt\/trains\/data\/elastic\); trains-mongo \(running, \/data\/db is \/opt\/trains\/data\/mongo\/db, /,
      );
      assert.match(message, /no compose file at \S+\/docker-compose\.yml$/);
      const { directory, target } = server!;
      const names = 'trains-elastic trains-mongo trains-apiserver';
      const commands = [
        `docker update --restart=no ${names}`,
        `docker stop ${names}`,
        'docker rename trains-elastic trains-elastic-old',
        'docker rename trains-mongo trains-mongo-old',
        'docker rename trains-apiserver trains-apiserver-old',
        'docker tag i allegroai/trains:latest',
        `mkdir -p ${directory}`,
        `curl -fL ${URL}/0.11.0/docker-compose.yml -o ${directory}/docker-compose.yml`,
        `cd ${directory}`,
        `${target.facts.compose.command[0]} up -d`,
      ];
      assert.equal(detail.next, `on trains-1: ${commands.join(' && ')}; then run this again`);
    });

    it('where the directory is not there', async () => {
      const { message } = await refused({ containers: [elastic, mongo, api], answers: told }, {}, '.');
      assert.match(message, /started with docker run/);
    });

    it('with the file of 0.10.1 where the API does not know the question', async () => {
      const { detail } = await refused({ containers: [elastic, mongo, api] }, {}, 'docker-compose.yml');
      assert.ok(detail.next?.includes(`${URL}/0.10.1/docker-compose.yml`), detail.next);
    });

    it('with its data copied out of Docker volumes before anything else is done with the stopped containers', async () => {
      const volume = run('trains-mongo', { '/data/db': 'f00d', '/data/configdb': 'f00e' });
      const { message, detail } = await refused({ containers: [elastic, volume, api], answers: told }, {}, 'docker-compose.yml');
      assert.match(message, /trains-mongo \(running, \/data\/db is in a Docker volume that no compose file mounts, /);
      assert.match(
        detail.next ?? '',
        /docker stop \S+ \S+ \S+ && mkdir -p \/opt\/trains\/data\/mongo && mkdir \/opt\/trains\/data\/mongo\/db && docker cp -a trains-mongo:\/data\/db\/\. \/opt\/trains\/data\/mongo\/db && mkdir .* && docker rename trains-elastic/,
      );
    });

    it('with its own directories in the compose file', async () => {
      const other = run('trains-elastic', { '/usr/share/elasticsearch/data': '/srv/es' });
      const { detail } = await refused({ containers: [other, mongo, api], answers: told }, {}, 'docker-compose.yml');
      assert.match(
        detail.next ?? '',
        /sed -i 's#source: \/opt\/trains\/data\/elastic\$#source: \/srv\/es#; s#- \/opt\/trains\/data\/elastic:#- \/srv\/es:#' \S+\/docker-compose\.yml && cd /,
      );
    });

    it('without a name that is taken', async () => {
      const old = run('trains-elastic-old', {}, { State: 'exited' });
      const { detail } = await refused({ containers: [elastic, mongo, api, old], answers: told }, {}, 'docker-compose.yml');
      assert.match(
        detail.next ?? '',
        /docker rename trains-elastic trains-elastic-old-20260101_000000 && docker rename trains-mongo trains-mongo-old &&/,
      );
    });

    it('and does not guess the release where its API does not answer', async () => {
      const { message, detail } = await refused(
        { containers: [elastic, mongo, api], answers: { 'GET /server.info': 'no JSON' } },
        {},
        'docker-compose.yml',
      );
      assert.match(message, /; its API does not answer$/);
      assert.match(
        detail.next ?? '',
        /^on trains-1: docker start trains-elastic trains-mongo trains-apiserver, and run this again when http:\/\/127\.0\.0\.1:8008\/server\.info answers/,
      );
    });
  });

  it('a compose file by another name, with the command that names it', async () => {
    const { message, detail } = await refused({ files: { 'docker-compose-unified.yml': stockFile } }, {}, 'docker-compose.yml');
    assert.match(message, /^no Trains server at (\S+): looked for \1\/docker-compose\.yml and for containers of that project$/);
    const { directory } = server!;
    assert.equal(
      detail.next,
      `-e trains_dir=DIRECTORY says where it is; if docker-compose-unified.yml is its compose file: echo COMPOSE_FILE=docker-compose-unified.yml >> ${directory}/.env`,
    );
  });

  it('containers that were started from other files than compose would read, with the command that names them', async () => {
    const labels = {
      'com.docker.compose.project': 'trains',
      'com.docker.compose.project.working_dir': 'ROOT',
      'com.docker.compose.project.config_files': 'docker-compose-unified.yml,/srv/own.yml',
      'com.docker.compose.service': 'redis',
    };
    const { detail } = await refused({ containers: [listed('trains-redis', 'redis', { Labels: labels })] });
    assert.equal(
      detail.next,
      `say which compose files count: echo COMPOSE_FILE=docker-compose-unified.yml:/srv/own.yml >> ${server!.directory}/.env`,
    );
  });

  it('a directory that is mounted and not there', async () => {
    const { message, detail } = await refused({}, {}, 'data/mongo/db');
    assert.match(message, /^trains-1: \/\S+\/data\/mongo\/db is not there, though the compose file mounts it$/);
    assert.equal(detail.next, 'see whether its disk is mounted');
  });

  it('evidence that disagrees: databases that a newer release has been on', async () => {
    const { message, detail } = await refused({
      containers: [
        listed('trains-mongo', 'mongo', {
          Mounts: [
            { Type: 'bind', Source: 'ROOT/data/mongo/db', Destination: '/data/db' },
            { Type: 'bind', Source: 'ROOT/data/mongo/configdb', Destination: '/data/configdb' },
          ],
        }),
      ],
      docker: '[ "$1 $2 $3" = "exec trains-mongo mongo" ] && printf "0.13.0\\n0.16.1\\n0.16.0\\n"',
    });
    assert.match(message, /^evidence disagrees: .* says 0\.15\.1-367; backend\.versions in trains-mongo says at least 0\.16\.1$/);
    assert.match(detail.next ?? '', /^find out which one is true of the server at \S+/);
  });

  it('MongoDB in an anonymous volume, by its name', async () => {
    const compose = stockFile.replace(/^.*mongo\/db:.*\n/m, '');
    const kept = [
      { Type: 'volume', Name: 'f00d', Source: '', Destination: '/data/db' },
      { Type: 'bind', Source: 'ROOT/data/mongo/configdb', Destination: '/data/configdb' },
    ];
    const { message, detail } = await refused({
      compose,
      containers: [listed('trains-mongo', 'mongo', { State: 'exited', Mounts: kept })],
    });
    assert.match(
      message,
      /service mongo mounts nothing at \/data\/db: its data are in the anonymous volume f00d, and the next docker-compose down would lose them$/,
    );
    assert.match(
      detail.next ?? '',
      /^docker stop trains-mongo && .* && docker cp -a trains-mongo:\/data\/db\/\. (\S+); then write the mounts \1:\/data\/db into/,
    );
  });

  describe('data of a later release beside those of the server:', () => {
    it('Elasticsearch 8', async () => {
      const { message, detail } = await refused({ files: { 'data/elastic_7/nodes': 'a file' } });
      assert.match(
        message,
        /^trains-1: evidence disagrees: the server runs Elasticsearch 5, \S+\/data\/elastic_7 holds data that Elasticsearch 8 or later has written \(nodes is a file\)$/,
      );
      assert.match(detail.next ?? '', /or move what is no part of this server away: mv (\S+\/data\/elastic_7) \1\.aside$/);
      await server?.close();
      await refused({ compose: SEVEN, ...image('0.16.1-320'), files: { 'data/elastic_7/nodes': 'a file' } });
    });

    it("MongoDB's of 1.3", async () => {
      const { message, detail } = await refused({ files: { 'data/mongo_4/db/WiredTiger': '' } });
      assert.match(
        message,
        /the server is 0\.15\.1 with MongoDB's data in \S+\/data\/mongo, but \S+\/data\/mongo_4 holds data, where releases from 1\.3/,
      );
      assert.match(detail.next ?? '', /mv (\S+\/data\/mongo_4) \1\.aside$/);
    });
  });

  it('a newer image that was pulled under the name of the old one, and how that gets its name back', async () => {
    const { message, detail } = await refused(image('0.16.1-320'));
    assert.match(
      message,
      /^evidence disagrees: image allegroai\/trains:latest says 0\.16\.1-320; service elasticsearch in the compose file says \S+:5\.6\.16 /,
    );
    assert.match(detail.next ?? '', /^a newer image was pulled under the name .*docker tag OLD allegroai\/trains:latest/);
    await server?.close();
    const older = await refused({ compose: SEVEN });
    assert.match(older.detail.next ?? '', /^find out which one is true/);
  });
});
