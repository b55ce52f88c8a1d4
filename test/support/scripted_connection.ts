// A host that exists only in a table: `exec` and `start` answer from it and remember what was asked, files are a Map.
// For exits a real host does not give on demand. What a real shell can show is tested with LocalConnection.
import assert from 'node:assert/strict';
import type { Duplex } from 'node:stream';
import type { Facts } from '../../src/base/facts.ts';
import type { Progress } from '../../src/base/progress.ts';
import { Secrets } from '../../src/base/secret.ts';
import type { Connection, Detached, ExecOptions, Exit, SocketAddress, WriteOptions } from '../../src/connections/connection.ts';
import type { Target } from '../../src/modules/module.ts';

/** What a command answers: its standard output (code 0), its code and texts, an error to reject with, or a function of the call. */
export type Answer =
  | string
  | { readonly code?: number; readonly signal?: string; readonly stdout?: string; readonly stderr?: string }
  | Error
  | ((asked: Asked) => Answer | Promise<Answer>);

/** One row: how the command line (argv joined by spaces) begins, or what it matches, and its answers; of a list one a call, the last one stays. */
export type Row = readonly [command: string | RegExp, answer: Answer | readonly Answer[]];

export interface Asked {
  readonly verb: 'exec' | 'start';
  readonly argv: readonly string[];
  readonly options: ExecOptions;
  /** who it ran as: the becomeUser of the connection that was asked */
  readonly user: string | undefined;
}

export interface Script {
  readonly host?: string;
  /** the host's files; an Error is what reading one rejects with */
  readonly files?: Readonly<Record<string, string | Error>>;
  readonly openSocket?: (address: SocketAddress) => Duplex;
}

/** The first row that fits answers; a command no row fits rejects with an AssertionError, so that no test passes by accident. */
export class ScriptedConnection implements Connection {
  readonly host: string;
  readonly becomeUser: string | undefined = undefined;
  /** every exec and start in their order, those of `become` included */
  readonly asked: Asked[] = [];
  readonly files: Map<string, string | Error>;
  /** what writeFile was told besides the content, by path */
  readonly writes: Map<string, WriteOptions> = new Map();
  private readonly life = { closed: false };
  private readonly rows: { readonly command: string | RegExp; readonly answers: Answer[] }[];
  private readonly script: Script;
  private readonly started: Map<string, Detached> = new Map();

  constructor(rows: readonly Row[] = [], script: Script = {}) {
    this.host = script.host ?? 'trains-1';
    this.files = new Map(Object.entries(script.files ?? {}));
    this.script = script;
    this.rows = rows.map(([command, answer]) => ({ command, answers: Array.isArray(answer) ? [...answer] : [answer as Answer] }));
  }

  /** The command lines that were asked, argv joined by spaces. */
  get commands(): readonly string[] {
    return this.asked.map(({ argv }) => argv.join(' '));
  }

  get closed(): boolean {
    return this.life.closed;
  }

  async exec(argv: readonly string[], options: ExecOptions = {}): Promise<Exit> {
    const exit = await this.answer({ verb: 'exec', argv, options, user: this.becomeUser });
    tell(exit, options);
    return exit;
  }

  async start(argv: readonly string[], directory: string, options: Pick<ExecOptions, 'stdin' | 'env' | 'cwd'> = {}): Promise<Detached> {
    const exit = await this.answer({ verb: 'start', argv, options, user: this.becomeUser });
    const detached: Detached = {
      directory,
      poll: async () => exit,
      wait: async (waiting = {}) => {
        tell(exit, waiting);
        return exit;
      },
      kill: async () => {},
    };
    this.started.set(directory, detached);
    return detached;
  }

  async attach(directory: string): Promise<Detached | undefined> {
    return this.started.get(directory);
  }

  async readFile(path: string): Promise<Buffer | undefined> {
    const content = this.files.get(path);
    if (content instanceof Error) throw content;
    return content === undefined ? undefined : Buffer.from(content);
  }

  async writeFile(path: string, content: string | Uint8Array, options: WriteOptions = {}): Promise<void> {
    this.files.set(path, Buffer.from(content).toString());
    this.writes.set(path, options);
  }

  openSocket(address: SocketAddress): Duplex {
    assert.ok(this.script.openSocket, `no socket is scripted: ${JSON.stringify(address)}`);
    return this.script.openSocket(address);
  }

  become(user: string): Connection {
    return Object.create(this, { becomeUser: { value: user } }) as Connection;
  }

  async close(): Promise<void> {
    this.life.closed = true;
  }

  private async answer(asked: Asked): Promise<Exit> {
    const line = asked.argv.join(' ');
    this.asked.push(asked);
    const row = this.rows.find(({ command }) => (typeof command === 'string' ? line.startsWith(command) : command.test(line)));
    assert.ok(row, `no answer is scripted for: ${line}`);
    let answer = row.answers.length > 1 ? row.answers.shift()! : row.answers[0]!;
    while (typeof answer === 'function') answer = await answer(asked);
    if (answer instanceof Error) throw answer;
    if (typeof answer === 'string') return { code: 0, stdout: answer, stderr: '' };
    const { code = 0, signal, stdout = '', stderr = '' } = answer;
    return signal === undefined ? { code, stdout, stderr } : { signal, stdout, stderr };
  }
}

function tell(exit: Exit, { onOutput }: Pick<ExecOptions, 'onOutput'>): void {
  if (exit.stdout) onOutput?.(exit.stdout, 'stdout');
  if (exit.stderr) onOutput?.(exit.stderr, 'stderr');
}

/** What a normal host says of itself: Debian on x86_64 with 16 GB, Docker and compose v2. */
export const normalFacts: Facts = {
  hostname: 'trains-1',
  machine_id: '0123456789abcdef0123456789abcdef',
  os: { id: 'debian', version: '12', kernel: '6.1.0-18-amd64', architecture: 'x86_64' },
  user: { name: 'root', uid: 0, groups: ['root'], home: '/root' },
  time: { epoch: 1_767_225_600, skew_seconds: 0 },
  cpus: 4,
  memory: { total_bytes: 16 * 1024 ** 3, available_bytes: 12 * 1024 ** 3 },
  vm_max_map_count: 262_144,
  selinux: 'disabled',
  docker: { version: '28.3.3', root_dir: '/var/lib/docker', rootless: false, userns: false, snap: false, selinux: false, unknown: '' },
  compose: { command: ['docker', 'compose'], version: '2.39.1' },
};

export interface TargetOptions {
  readonly facts?: Partial<Facts>;
  readonly signal?: AbortSignal;
  readonly secrets?: Secrets;
  readonly run?: Partial<Target['run']>;
}

/** A target of a normal host over any connection, with what it was told as progress. */
export function scriptedTarget(connection: Connection, options: TargetOptions = {}): Target & { readonly told: readonly Progress[] } {
  const told: Progress[] = [];
  return {
    host: connection.host,
    connection,
    facts: { ...normalFacts, ...options.facts },
    signal: options.signal ?? new AbortController().signal,
    secrets: options.secrets ?? new Secrets(),
    run: {
      id: '20260101_000000-abcd',
      stamp: '20260101_000000',
      check: false,
      directory: '/opt/trains/.switchyard/runs/20260101_000000-abcd',
      ...options.run,
    },
    progress: (progress) => told.push(progress),
    told,
  };
}
