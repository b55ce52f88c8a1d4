// The override files of a project, and the line of theirs from which a part of the effective configuration comes.
import { type Path, parseYaml, type YamlDocument } from '../base/yaml.ts';
import { list, plain, readMount } from './compose_config.ts';
import type { Target } from './module.ts';

export interface Override {
  readonly file: string;
  readonly document: YamlDocument;
}

/** A line of an override file. `indirect`: the line names a file (env_file) that says it. What stands in the line may be secret: it is not told. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly indirect: boolean;
}

/** Files that are not there are passed over: compose has complained of them. */
export async function readOverrides(files: readonly string[], target: Target): Promise<readonly Override[]> {
  const contents = await Promise.all(files.map((file) => target.connection.readFile(file)));
  return contents.flatMap((content, index) => {
    const file = files[index]!;
    return content === undefined ? [] : [{ file, document: parseYaml(content.toString(), file) }];
  });
}

/** Where the last file that says anything of it says it. undefined: no override file does. */
export function placeIn(
  overrides: readonly Override[],
  { service, key, name }: { readonly service: string; readonly key: string; readonly name?: string },
): Place | undefined {
  for (const { file, document } of overrides.toReversed()) {
    const said = plain(plain(plain(document.value).services)[service]);
    const path = wayTo(said, key, name);
    if (path === undefined) continue;
    const { line } = document.positionOf(['services', service, ...path], 'key');
    return { file, line, indirect: path[0] !== key };
  }
  return undefined;
}

/** The way from a service to the entry of a key. A variable that stands in no environment may come from an env_file. */
function wayTo(said: Readonly<Record<string, unknown>>, key: string, name: string | undefined): Path | undefined {
  const value = said[key];
  if (key === 'volumes') return entry(key, value, (mount) => readMount(mount).target === name);
  if (key !== 'environment') return value === undefined ? undefined : [key];
  const found = Array.isArray(value)
    ? entry(key, value, (line) => String(line).split('=')[0] === name)
    : name !== undefined && name in plain(value)
      ? [key, name]
      : undefined;
  return found ?? (said.env_file === undefined ? undefined : ['env_file']);
}

function entry(key: string, value: unknown, fits: (item: unknown) => boolean): Path | undefined {
  const index = list(value).findLastIndex(fits);
  return index < 0 ? undefined : [key, index];
}
