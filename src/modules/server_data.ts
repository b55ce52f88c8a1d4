// What the directories of an installed server tell: sizes, free space, permissions, marks.
import { posix } from 'node:path';
import { Refusal, TaskError } from '../base/errors.ts';
import { readRecord } from '../migration/record.ts';
import type { Target } from './module.ts';
import type { DataPaths } from './server_paths.ts';

/** How deep the search for what cannot be written goes: deep enough for nodes/0/indices and for mongo/db/journal. */
const DEPTH = 4;

/** So many unwritable paths are told. */
const MOST_TOLD = 20;

/** What one look at the directories found. */
export interface DataState {
  readonly elastic_bytes: number;
  readonly data_bytes: number;
  readonly config_empty: boolean;
  readonly disk: { readonly mount: string; readonly total_bytes: number; readonly free_bytes: number };
  readonly unwritable: readonly string[];
}

/** Sizes are of what the files hold, as `du -b` counts. Throws a TaskError where a size cannot be had. */
export async function measureData(paths: DataPaths, target: Target): Promise<DataState> {
  const directories = [paths.elastic, ...paths.mongo, paths.redis].filter((path) => path !== '');
  const unwritable = await findUnwritable(posix.dirname(paths.elastic), directories, target);
  const sizes = await measure(directories, unwritable.length > 0, target);
  const [disk, inConfig] = await Promise.all([
    readDisk(paths.elastic, target),
    paths.config === ''
      ? ''
      : look(['sh', '-c', '[ ! -d "$1" ] || find "$1" -mindepth 1 -print -quit', 'sh', paths.config], `into ${paths.config}`, target),
  ]);
  return {
    elastic_bytes: sizes.get(paths.elastic) ?? 0,
    data_bytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0),
    config_empty: inConfig.trim() === '',
    disk,
    unwritable,
  };
}

/** What lies in a directory that Elasticsearch keeps its data in. */
export interface DirectoryState {
  readonly exists: boolean;
  readonly empty: boolean;
  /** it holds the `nodes` of an Elasticsearch */
  readonly nodes: boolean;
  /** these are a file: Elasticsearch 8 or later has had the directory */
  readonly newer: boolean;
  readonly ours: boolean;
}

export async function lookAtDirectory(path: string, target: Target): Promise<DirectoryState> {
  const script = `[ -e "$1" ] || [ -L "$1" ] || exit 0; echo exists; ls -A "$1" >/dev/null || exit 1
[ -z "$(ls -A "$1")" ] && echo empty; [ -e "$1/nodes" ] && echo nodes; [ -f "$1/nodes" ] && echo newer; exit 0`;
  const found = new Set((await look(['sh', '-c', script, 'sh', path], `into ${path}`, target)).split('\n'));
  const ours = (await readRecord(target.connection, path)) !== undefined;
  const [exists, empty, nodes, newer] = ['exists', 'empty', 'nodes', 'newer'].map((one) => found.has(one)) as [
    boolean,
    boolean,
    boolean,
    boolean,
  ];
  return { exists, empty, nodes, newer, ours };
}

/** Directories that a finished migration has set aside beside `elastic`, in the order of their names. */
export async function findMigrated(elastic: string, target: Target): Promise<string[]> {
  const parent = posix.dirname(elastic);
  const script = '[ ! -d "$1" ] || find "$1" -mindepth 1 -maxdepth 1 -name "elastic_migrated_*"';
  return (await look(['sh', '-c', script, 'sh', parent], `into ${parent}`, target)).split('\n').filter(Boolean).sort();
}

async function findUnwritable(parent: string, directories: readonly string[], target: Target): Promise<string[]> {
  const script = `[ -w "$1" ] || echo "$1"; shift
for directory do [ -e "$directory" ] && find "$directory" -maxdepth ${DEPTH} -type d ! -writable -prune -print; done; exit 0`;
  const { code, stdout, stderr } = await target.connection.exec(['sh', '-c', script, 'sh', parent, ...directories], {
    signal: target.signal,
  });
  if (code !== 0 || /unknown predicate|unrecognized/.test(stderr)) {
    throw new TaskError(`${target.host}: cannot look for what is not writable: ${stderr.trim()}`, {
      next: 'install GNU find (findutils) on the host',
    });
  }
  return [...new Set(stdout.split('\n').filter(Boolean))].slice(0, MOST_TOLD);
}

async function measure(directories: readonly string[], partial: boolean, target: Target): Promise<ReadonlyMap<string, number>> {
  const { code, stdout, stderr } = await target.connection.exec(['du', '-sb', '--', ...directories], {
    env: { LC_ALL: 'C' },
    signal: target.signal,
  });
  // a live server deletes files while they are counted; that is no reason to distrust the sum
  const complaints = stderr.split('\n').filter((line) => line.trim() !== '' && !/No such file or directory/.test(line));
  const absent = directories.filter((directory) => stderr.includes(`'${directory}': No such file`));
  if (absent.length > 0) {
    throw new Refusal(`${target.host}: ${absent.join(', ')} is not there, though the compose file mounts it`, {
      state: 'nothing was changed',
      next: 'see whether its disk is mounted',
    });
  }
  if (code !== 0 && complaints.length > 0 && !partial) {
    throw new TaskError(`${target.host}: cannot measure the data: ${complaints[0]}`, { next: 'set ansible_become for this host' });
  }
  const lines = stdout.matchAll(/^(\d+)\t(.*)$/gm);
  return new Map([...lines].map(([, bytes, path]) => [path!, Number(bytes)]));
}

async function readDisk(path: string, target: Target): Promise<DataState['disk']> {
  const output = await look(['df', '-Pk', '--', path], `at the disk of ${path}`, target);
  const [, total, , free, , ...mount] = (output.trim().split('\n').at(-1) ?? '').split(/\s+/);
  return { mount: mount.join(' '), total_bytes: Number(total) * 1024, free_bytes: Number(free) * 1024 };
}

async function look(argv: readonly string[], what: string, target: Target): Promise<string> {
  const exit = await target.connection.exec(argv, { env: { LC_ALL: 'C' }, signal: target.signal });
  if (exit.code === 0) return exit.stdout;
  throw new TaskError(`${target.host}: cannot look ${what}: ${exit.stderr.trim() || `exit ${exit.code ?? exit.signal}`}`, {
    next: 'set ansible_become for this host',
  });
}
