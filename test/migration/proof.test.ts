import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isLocked } from '../../src/migration/directory.ts';
import { MigrationLog } from '../../src/migration/log.ts';
import { type Certificate, refuseDifference } from '../../src/migration/proof.ts';
import { ScriptedConnection } from '../support/scripted_connection.ts';

const certificate = (target: number, part: number): Certificate => ({
  method: 'counts per index and partition, then every id and version written again: nothing to write',
  documents: 7,
  indices: [
    {
      index: 'i',
      source: 7,
      target,
      partitions: [
        { partition: 'i/0', source: 3, target: 3 },
        { partition: 'i/1', source: 4, target: part },
      ],
    },
  ],
});

describe('the proof', () => {
  it('holds where every count is equal', () => refuseDifference(certificate(7, 4)));

  it('fails on an index or a partition that differs, with both numbers', () => {
    assert.throws(() => refuseDifference(certificate(6, 4)), { message: 'proof: i has 7 documents in the source and 6 in the target' });
    assert.throws(() => refuseDifference(certificate(7, 5)), { message: 'proof: i/1 has 4 documents in the source and 5 in the target' });
  });
});

describe('the log of a migration', () => {
  it('has the time in front of each line but the last two, which are those of the product', async () => {
    const connection = new ScriptedConnection();
    const log = new MigrationLog(connection, '/opt/trains', { stamp: '20260101_000000', now: () => new Date('2026-01-01T02:03:04.567Z') });
    log.say('one\ntwo\n');
    log.complete('/opt/trains/data/elastic', '/opt/trains/data/elastic_migrated_20260101_000000');
    await log.save();
    assert.equal(
      connection.files.get('/opt/trains/upgrade_to_7_20260101_000000.log'),
      [
        '2026-01-01 02:03:04 one',
        '2026-01-01 02:03:04 two',
        'Renaming the source directory /opt/trains/data/elastic to /opt/trains/data/elastic_migrated_20260101_000000.',
        'Upgrade completed.',
        '',
      ].join('\n'),
    );
  });
});

describe('a lock', () => {
  it('is found by device and inode as the kernel lists them', () => {
    assert.equal(isLocked('65024 131', '08:01:7 fe:00:131 '), true);
    assert.equal(isLocked('65024 131', '08:01:131 fe:00:13 '), false);
    assert.equal(isLocked('', '08:01:7 '), false);
  });
});
