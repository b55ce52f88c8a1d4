// The commands that lead from the middle of an upgrade back to the old server as it was: the same for a refusal and for `status`.
import { posix } from 'node:path';
import type { ServerEvidence } from './server_standing.ts';

/** Tags by which a run has kept an image: `kept` is that tag, `name` what it stood for, `stamp` the run's. `repo:switchyard-<run>` kept
 * `repo:latest`, `repo:5.0-switchyard-<run>` kept `repo:5.0` (docker_image's tag_old). */
export function keptImages(images: readonly string[]): { readonly kept: string; readonly name: string; readonly stamp: string }[] {
  return images.flatMap((kept) => {
    const [, repository, tag, stamp] = /^(.+):(?:(.+)-)?switchyard-(\d{8}_\d{6})-[0-9a-f]{4}$/.exec(kept) ?? [];
    return repository === undefined ? [] : [{ kept, name: `${repository}:${tag ?? 'latest'}`, stamp: stamp! }];
  });
}

/**
 * Command by command, each only after the one before has gone well; empty where the host is there already. The images get their names back,
 * or the old compose file would run the new application on the old databases; so do the data, or it would start an empty Elasticsearch.
 */
export function wayBack(evidence: ServerEvidence): string[][] {
  const { migration, runs, remains, moved, present, serves, parked, main, compose, directory } = evidence;
  const [file, aside] = [posix.basename(main), posix.basename(parked)];
  const wrongFile = present && serves === 'new';
  const wrongData = runs.server === 'old' && migration !== undefined && migration.renamed !== ''; // it runs beside its data, not on them
  const stop = runs.server !== 'none' && (wrongFile || wrongData);
  const start = stop || runs.server === 'none';
  return [
    ...(stop
      ? [
          ['cd', directory],
          [...compose, 'down'],
        ]
      : []),
    ...(remains.length > 0 ? [['docker', 'rm', '-f', '-v', ...remains]] : []),
    ...moved.map(({ kept, name }) => ['docker', 'tag', kept, name]),
    ...(migration ? namesAgain(migration) : []),
    ...(!stop && (start || !present) ? [['cd', directory]] : []),
    ...(wrongFile && migration ? [['mv', '-n', file, `${file}.undone_${migration.record.run}`]] : []),
    ...((wrongFile || !present) && parked !== '' ? [['mv', '-n', aside, file]] : []),
    ...(start ? [[...compose, 'up', '-d']] : []),
  ];
}

/** -T: never into a directory of the new name; where that holds something, mv fails and nothing after it is done. */
function namesAgain({ record, target, source, renamed, filled }: NonNullable<ServerEvidence['migration']>): string[][] {
  if (record.state === 'filling') return [];
  return [
    ...(renamed !== '' && source !== 'absent' ? [['mv', '-T', record.source, `${record.source}.made_after_${record.run}`]] : []),
    ...(renamed === '' ? [] : [['mv', '-T', renamed, record.source]]),
    // a finished copy is refused as a target: it may have been served since
    ...(record.state === 'complete' && filled ? [['mv', '-T', target, `${target}.undone_${record.run}`]] : []),
  ];
}
