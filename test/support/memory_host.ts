// Hosts that are a table of files in memory, and models of modules that look at and change that table: for many runs in little time.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { Refusal, TaskError } from '../../src/base/errors.ts';
import type { Module, Target } from '../../src/modules/module.ts';
import { registry } from '../../src/modules/registry.ts';
import { ScriptedConnection } from './scripted_connection.ts';

const FACTS = 'uid\t0\nepoch\t0\ncpus\t1\nmemory_total\t1\nmemory_available\t1\nvm_max_map_count\t1\n';

/** A file with this content cannot be replaced by an archive. */
export const FOREIGN = 'foreign';
/** A command that is to append this appends it, and fails then. */
export const BREAKS = 'breaks';

/** `files` by name, below /srv. */
export function memoryHost(files: Readonly<Record<string, string | undefined>>, host = 'h'): ScriptedConnection {
  const there = Object.entries(files).flatMap(([name, text]) => (text === undefined ? [] : [[`/srv/${name}`, text]]));
  const rows = [
    [/say hostname/, FACTS],
    [/^sh -c/, ''],
  ] as const;
  return new ScriptedConnection(rows, { host, files: Object.fromEntries(there) });
}

/** What a change would show in. */
export const contentOf = (connection: ScriptedConnection): string => JSON.stringify([...connection.files].sort());

/** `hosts` by name. What a module is otherwise - its kind, what it concerns - is that of the real one. */
export async function memoryModules(hosts: ReadonlyMap<string, ScriptedConnection>): Promise<ReadonlyMap<string, Module>> {
  const read = ({ host }: Target, path: unknown) => hosts.get(host)!.files.get(String(path)) as string | undefined;
  const put = ({ host }: Target, path: unknown, text: string) => void hosts.get(host)!.files.set(String(path), text);
  const changes = async () => ({ status: 'changes' as const, change: { summary: 'change it', detail: undefined } });
  const same = async () => ({ status: 'ok' as const, outputs: {} });
  const models: Readonly<Record<string, Partial<Module>>> = {
    command: {
      check: async ({ creates }, target) => (creates !== undefined && read(target, creates) !== undefined ? same() : changes()),
      apply: async ({ argv }, _change, target) => {
        const [path, text] = (argv as string[]).slice(-2) as [string, string];
        put(target, path, (read(target, path) ?? '') + text);
        if (text === BREAKS) throw new TaskError('it broke');
        return {};
      },
    },
    get_url: {
      check: async ({ url, dest }, target) => (read(target, dest) === basename(String(url)) ? same() : changes()),
      apply: async ({ url, dest }, _change, target) => {
        put(target, dest, basename(String(url)));
        return {};
      },
    },
    archive: {
      check: async ({ path, dest }, target) => {
        const there = read(target, dest);
        if (there === FOREIGN) throw new Refusal('the archive is there, and is none of ours');
        if (there !== undefined) return same();
        if (read(target, (path as string[])[0]) === undefined) throw new TaskError('the source is not there');
        return changes();
      },
      apply: async ({ path, dest }, _change, target) => {
        put(target, dest, `archive of ${read(target, (path as string[])[0])}`);
        return {};
      },
    },
    uri: {
      check: async ({ url }, target) => ({
        status: 'ok',
        outputs: { json: { there: read(target, `/srv/${basename(String(url))}`) !== undefined } },
      }),
      apply: async () => assert.fail('a probe was applied'),
    },
    assert: {},
    end_host: {},
  };
  const made = Object.entries(models).map(async ([name, model]) => [name, { ...(await registry.get(name)!()), ...model }] as const);
  return new Map(await Promise.all(made));
}
