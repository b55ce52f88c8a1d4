// What `docker-compose config` prints, read into one form: v1 writes mounts and ports short or long, v2 always long.
import { MOUNT_TARGETS } from '../releases/releases.ts';

/** A mount of a service. `source` is a path for a bind, a volume's name otherwise ('' where it has none). */
export interface ComposeMount {
  readonly type: string;
  readonly source: string;
  readonly target: string;
}

export interface ComposeService {
  readonly name: string;
  /** `container_name`, '' where compose makes one up */
  readonly container: string;
  readonly image: string;
  /** its words; a command written as one string is one word */
  readonly command: readonly string[];
  /** a variable without a value is '' */
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly ComposeMount[];
  /** ports published on the host; `host` is the address they are bound to, '' for all */
  readonly ports: readonly { readonly host: string; readonly published: number; readonly target: number }[];
  /** `user`, '' where the image decides */
  readonly user: string;
}

/** The role a service plays for the product, told by its image and mounts, because users rename services. undefined: none that holds data. */
export type Role = 'elastic' | 'mongo' | 'redis' | 'fileserver' | 'apiserver' | undefined;

type Plain = Readonly<Record<string, unknown>>;

/** The services of a configuration in its order. Anything that is not as compose prints it is left out. */
export function readComposeServices(config: unknown): ComposeService[] {
  return Object.entries(plain(plain(config).services)).map(([name, value]) => {
    const service = plain(value);
    return {
      name,
      container: text(service.container_name),
      image: text(service.image),
      command: [service.command ?? []].flat().map(text),
      environment: readEnvironment(service.environment),
      mounts: list(service.volumes).map(readMount),
      ports: list(service.ports).flatMap(readPort),
      user: text(service.user),
    };
  });
}

/** See Role. The API server is known by its port 8008; in the unified file it is the one container that is the web and the file server, too. */
export function roleOf(service: ComposeService): Role {
  const mounts = (targets: readonly string[]) => service.mounts.some(({ target }) => targets.includes(target));
  const repository = service.image
    .replace(/[:@][^/]*$/, '')
    .split('/')
    .at(-1);
  if (repository === 'elasticsearch' || mounts(MOUNT_TARGETS.elastic)) return 'elastic';
  if (repository === 'mongo' || mounts(MOUNT_TARGETS.mongo)) return 'mongo';
  if (repository === 'redis') return 'redis';
  if (/^(?:apiserver|(?:trains|clearml)-?server)$/.test(service.name) || service.ports.some(({ target }) => target === 8008))
    return 'apiserver';
  return mounts(MOUNT_TARGETS.fileserver) ? 'fileserver' : undefined;
}

/** A mount in its short form, "source:target:mode", taken apart. `source` is as it stands there, '' for an anonymous volume. */
export function splitMount(written: string): { readonly source: string; readonly target: string } {
  // a source may hold colons of its own: ${DIRECTORY:-/opt/trains}/data
  const [, source = '', target = written] = /^(.*?):(\/[^:]*)(?::[^/:]*)?$/.exec(written) ?? [];
  return { source, target };
}

/** A path as it is compared: compose writes `$` as `$$`, users end directories with a slash. */
const plainPath = (path: string) => path.replaceAll('$$', () => '$').replace(/(.)\/+$/, '$1');

/** A mount as compose prints it, or as it stands in a file. */
export function readMount(mount: unknown): ComposeMount {
  if (typeof mount !== 'string') {
    const { type, source, target } = plain(mount);
    return { type: text(type), source: plainPath(text(source)), target: plainPath(text(target)) };
  }
  const { source, target } = splitMount(mount);
  return { type: /^(?:[/.~$]|[A-Za-z]:[\\/])/.test(source) ? 'bind' : 'volume', source: plainPath(source), target: plainPath(target) };
}

/** The environment of a service, written as a map or as a list of NAME=value. */
export function readEnvironment(environment: unknown): Readonly<Record<string, string>> {
  if (!Array.isArray(environment))
    return Object.fromEntries(Object.entries(plain(environment)).map(([name, value]) => [name, text(value)]));
  return Object.fromEntries(environment.map((line) => /^([^=]*)=?([\s\S]*)$/.exec(text(line))!.slice(1, 3)));
}

function readPort(port: unknown): ComposeService['ports'] {
  if (typeof port === 'string') {
    const match = /^(?:(.*):)?(\d+):(\d+)(?:\/\w+)?$/.exec(port);
    return match ? [{ host: match[1] ?? '', published: Number(match[2]), target: Number(match[3]) }] : [];
  }
  const { host_ip, published, target } = plain(port);
  return published === undefined ? [] : [{ host: text(host_ip), published: Number(published), target: Number(target) }];
}

/** A mapping of a parsed file; empty where the value is none. */
export const plain = (value: unknown): Plain =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Plain) : {};
/** A list of a parsed file; empty where the value is none. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
