import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { TaskError } from '../../src/base/errors.ts';
import { readComposeServices } from '../../src/modules/compose_config.ts';
import { findAutoUpdate } from '../../src/modules/server_install.ts';
import { findForeignOwned } from '../../src/modules/server_owner.ts';
import { type Answer, ScriptedConnection, scriptedTarget } from '../support/scripted_connection.ts';

const SCRIPT = '/usr/bin/start_or_update_server.sh';

describe('an automatic update', () => {
  const look = (answer: Answer) => findAutoUpdate(scriptedTarget(new ScriptedConnection([[/start_or_update_server\.sh$/, answer]])));

  it('is told by its path', async () => assert.equal(await look(`${SCRIPT}\n`), SCRIPT));
  it('is none where no script can be run', async () => assert.equal(await look(''), ''));
  it('is not called none where it could not be looked for', async () => {
    await assert.rejects(
      look({ code: 126, stderr: 'sh: not permitted' }),
      /^TaskError: trains-1: cannot look for \/usr\/bin\/start_or_update_server\.sh: sh: not permitted$/,
    );
  });
});

describe('owners of Elasticsearch data', () => {
  const [service] = readComposeServices({ services: { elasticsearch: { image: 'docker.elastic.co/elasticsearch/elasticsearch:5.6.16' } } });
  const look = (answer: Answer) =>
    findForeignOwned('/data/elastic', service!, scriptedTarget(new ScriptedConnection([[/ 1000$/, answer]])));

  it('are told for twenty paths at most', async () => {
    const paths = Array.from({ length: 30 }, (_, i) => `/data/elastic/nodes/0/indices/${i}`);
    assert.deepEqual(await look(paths.join('\n')), paths.slice(0, 20));
  });

  it('are told although a live server deletes files meanwhile, and some may not be entered', async () => {
    const stderr = "find: '/data/elastic/a': No such file or directory\nfind: '/data/elastic/b': Permission denied\n";
    assert.deepEqual(await look({ code: 1, stdout: '/data/elastic/b\n', stderr }), ['/data/elastic/b']);
  });

  it('are not called right where they could not be looked at', async () => {
    await assert.rejects(look({ code: 1, stderr: 'find: unrecognized: -uid' }), (error: Error) => {
      assert.ok(error instanceof TaskError);
      assert.match(error.message, /^trains-1: cannot look whose \/data\/elastic is: find: unrecognized: -uid$/);
      return true;
    });
  });
});
