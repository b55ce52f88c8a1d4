// A host with a server on it, as far as looking goes: a real directory with real files, a Docker Engine that answers from a table, and a
// compose whose `config` prints the file it was given.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connect } from '../../src/connections/connect.ts';
import type { Connection, Exit } from '../../src/connections/connection.ts';
import { type Answers, fakeEngine } from './engine.ts';
import { localAddress, localContext } from './local.ts';

export interface ServerHost {
  readonly connection: Connection;
  /** the project directory */
  readonly directory: string;
  close(): Promise<void>;
}

export interface ServerHostOptions {
  /** content by path within the project directory; a path that ends with / is an empty directory */
  readonly files?: (directory: string) => Readonly<Record<string, string | object>>;
  readonly engine?: (directory: string) => Answers;
  /** what keeps Docker from answering; '' for nothing */
  readonly dockerUnknown?: string;
  /** a directory within the project directory that may not be looked into; '.' for that itself */
  readonly closed?: string;
}

const FACTS = ['hostname', 'machine_id', 'os_id', 'os_version', 'kernel', 'architecture', 'user', 'groups', 'home', 'selinux'];
const NUMBERS = ['uid', 'epoch', 'cpus', 'memory_total', 'memory_available', 'vm_max_map_count'];

export async function serverHost({ files, engine, dockerUnknown = '', closed }: ServerHostOptions): Promise<ServerHost> {
  const directory = mkdtempSync(join(tmpdir(), 'switchyard-server-'));
  for (const [name, content] of Object.entries(files?.(directory) ?? {})) {
    const path = join(directory, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  }
  const local = await connect(localAddress('trains-1'), localContext);
  const docker = await fakeEngine({ 'GET /containers/json': [], 'GET /images/json': [], ...engine?.(directory) });
  const facts = [
    ...FACTS.map((name) => `${name}\tx`),
    ...NUMBERS.map((name) => `${name}\t1`),
    ...(dockerUnknown === ''
      ? ['docker\t28.0|/var/lib/docker|', 'compose_v2\t2.39.1']
      : [`docker_unknown\t${dockerUnknown}`, 'compose_v2\t2.39.1']),
  ].join('\n');
  const exec: Connection['exec'] = async (argv, options) => {
    if (argv[2]?.includes('/etc/machine-id')) return said(facts);
    if (argv.at(-1) === 'config') return said(readFileSync(argv[argv.lastIndexOf('-f') + 1]!, 'utf8'));
    if (closed !== undefined && argv[0] === 'ls' && argv.at(-1) === join(directory, closed))
      return { code: 2, stdout: '', stderr: `ls: cannot open directory '${argv.at(-1)}': Permission denied` };
    return local.exec(argv, options);
  };
  const connection: Connection = {
    host: 'trains-1',
    becomeUser: undefined,
    exec,
    start: (...args) => local.start(...args),
    attach: (...args) => local.attach(...args),
    readFile: (path) => local.readFile(path),
    writeFile: () => Promise.reject(new Error('looking writes nothing')),
    openSocket: (address) => docker.connection.openSocket(address),
    become: () => connection,
    close: () => local.close(),
  };
  return {
    connection,
    directory,
    close: async () => {
      await local.close();
      await docker.close();
      rmSync(directory, { recursive: true });
    },
  };
}

const said = (stdout: string): Exit => ({ code: 0, stdout, stderr: '' });
