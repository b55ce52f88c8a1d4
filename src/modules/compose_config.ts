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
  readonly mounts: readonly ComposeMount[];
  /** ports published on the host; `host` is the address they are bound to, '' for all */
  readonly ports: readonly { readonly host: string; readonly published: number; readonly target: number }[];
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
      mounts: list(service.volumes).map(readMount),
      ports: list(service.ports).flatMap(readPort),
    };
  });
}

/** See Role. The API server is the one that publishes or mounts nothing but configuration: it is known by its port 8008. */
export function roleOf(service: ComposeService): Role {
  const mounts = (targets: readonly string[]) => service.mounts.some(({ target }) => targets.includes(target));
  const repository = service.image
    .replace(/[:@][^/]*$/, '')
    .split('/')
    .at(-1);
  if (repository === 'elasticsearch' || mounts(MOUNT_TARGETS.elastic)) return 'elastic';
  if (repository === 'mongo' || mounts(MOUNT_TARGETS.mongo)) return 'mongo';
  if (repository === 'redis') return 'redis';
  if (service.name === 'apiserver' || service.ports.some(({ target }) => target === 8008)) return 'apiserver';
  return mounts(MOUNT_TARGETS.fileserver) ? 'fileserver' : undefined;
}

function readMount(mount: unknown): ComposeMount {
  if (typeof mount !== 'string') {
    const { type, source, target } = plain(mount);
    return { type: text(type), source: text(source), target: text(target) };
  }
  const [first = '', second] = mount.split(':');
  if (second === undefined) return { type: 'volume', source: '', target: first };
  return { type: /^[/.~]/.test(first) ? 'bind' : 'volume', source: first, target: second };
}

function readPort(port: unknown): ComposeService['ports'] {
  if (typeof port === 'string') {
    const match = /^(?:(.*):)?(\d+):(\d+)(?:\/\w+)?$/.exec(port);
    return match ? [{ host: match[1] ?? '', published: Number(match[2]), target: Number(match[3]) }] : [];
  }
  const { host_ip, published, target } = plain(port);
  return published === undefined ? [] : [{ host: text(host_ip), published: Number(published), target: Number(target) }];
}

const plain = (value: unknown): Plain => (value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Plain) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
