// The docker client, pointed at one engine.
import { type Outcome, type RunOptions, run, tryRun } from './command.ts';

export class Docker {
  readonly #env: Readonly<Record<string, string>>;

  /** Without a host the client's own default is used: DOCKER_HOST, the current context, the usual socket. */
  constructor(host?: string) {
    // the older builder is enough here and is in every engine and client; a client without buildx warns about it on stderr only
    this.#env = host === undefined ? {} : { DOCKER_HOST: host, DOCKER_CONTEXT: '' };
  }

  run(args: readonly string[], options: RunOptions = {}): Promise<string> {
    return run(['docker', ...args], { ...options, env: { ...this.#env, ...options.env } });
  }

  try(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    return tryRun(['docker', ...args], { ...options, env: { ...this.#env, ...options.env } });
  }

  /** A half-dead engine accepts the connection and never answers, hence the limit. */
  async answers(): Promise<boolean> {
    const { code, stdout } = await this.try(['info', '--format', '{{.ServerVersion}}'], { seconds: 10 });
    return code === 0 && stdout.trim() !== '';
  }

  /** Runs a bash script in a container; arguments are $1, $2 ... */
  script(container: string, script: string, args: readonly string[] = [], options: RunOptions = {}): Promise<string> {
    return this.run(['exec', '-i', container, 'bash', '-ec', script, 'lab', ...args], options);
  }

  async names(kind: 'container' | 'volume' | 'network', prefix: string): Promise<string[]> {
    const list = kind === 'container' ? ['ps', '-a'] : [kind, 'ls'];
    const column = kind === 'container' ? '{{.Names}}' : '{{.Name}}';
    const text = await this.run([...list, '--filter', `name=${prefix}`, '--format', column]);
    return text.split('\n').filter((name) => name.startsWith(prefix));
  }
}
