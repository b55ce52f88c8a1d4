// What it says before it begins; the migration itself runs on real servers, in the end-to-end tests.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { Refusal } from '../../src/base/errors.ts';
import { elasticsearchMigrate } from '../../src/modules/elasticsearch_migrate.ts';
import { localTarget } from '../support/local_target.ts';

async function place() {
  const { target, directory } = await localTarget({ run: { check: true } });
  const source = join(directory, 'elastic');
  mkdirSync(join(source, 'nodes/0/_state'), { recursive: true });
  writeFileSync(join(source, 'nodes/0/_state/global-1.st'), '');
  return { target, directory, source, args: { source, target: join(directory, 'elastic_7') } };
}

describe('elasticsearch_migrate', () => {
  it('says what it would copy, and how the source will be called', async () => {
    const { target, args, source } = await place();
    const result = await elasticsearchMigrate.check(args, target);
    assert.match(
      result.status === 'changes' ? result.change.summary : '',
      new RegExp(
        `^copy ${source} \\(Elasticsearch 5\\.6\\) to ${args.target} \\(7\\.6\\), then rename the source to elastic_migrated_20260101_000000$`,
      ),
    );
  });

  it('refuses a target with data that no run of ours has made, and touches nothing', async () => {
    const { target, args, directory } = await place();
    mkdirSync(join(args.target, 'nodes'), { recursive: true });
    await assert.rejects(elasticsearchMigrate.check(args, target), Refusal);
    assert.deepEqual(readdirSync(directory).sort(), ['elastic', 'elastic_7']);
  });

  it('would set aside, not delete, what an earlier run of ours has left half done', async () => {
    const { target, args, directory } = await place();
    mkdirSync(join(args.target, 'nodes'), { recursive: true });
    writeFileSync(join(directory, '.switchyard-elastic_7.json'), JSON.stringify({ run: 'r', source: args.source, state: 'filling' }));
    const result = await elasticsearchMigrate.check(args, target);
    assert.match(result.status === 'changes' ? result.change.summary : '', /^set the incomplete .*elastic_7 aside, copy /);
  });

  it('has nothing to do where the source was renamed and the target is filled', async () => {
    const { target, args, directory } = await place();
    mkdirSync(join(args.target, 'nodes'), { recursive: true });
    mkdirSync(join(directory, 'elastic_migrated_20250101_000000'));
    const gone = { ...args, source: join(directory, 'gone') };
    const result = await elasticsearchMigrate.check(gone, target);
    assert.equal(result.status, 'ok');
  });

  it('has no migrated data where the copy is incomplete and its source has gone, whatever older migration there was', async () => {
    const { target, args, directory } = await place();
    mkdirSync(join(args.target, 'nodes'), { recursive: true });
    mkdirSync(join(directory, 'elastic_migrated_20250101_000000'));
    writeFileSync(join(directory, '.switchyard-elastic_7.json'), JSON.stringify({ run: 'r', source: args.source, state: 'filling' }));
    const gone = { ...args, source: join(directory, 'gone') };
    await assert.rejects(elasticsearchMigrate.check(gone, target), {
      message: `${gone.source} is not there, and ${args.target} holds only an incomplete copy of it`,
    });
  });

  it('says that a source is not there, and that one is not of Elasticsearch 5', async () => {
    const { target, args, directory } = await place();
    await assert.rejects(elasticsearchMigrate.check({ ...args, source: join(directory, 'none') }, target), /none is not there/);
    mkdirSync(join(directory, 'other'));
    await assert.rejects(elasticsearchMigrate.check({ ...args, source: join(directory, 'other') }, target), Refusal);
  });
});
