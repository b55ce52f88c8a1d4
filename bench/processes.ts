// Whole processes, timed from outside: what a person waits for.
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** Arguments of node. Every run has to end with 0. */
export interface Program {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

export interface Run {
  readonly seconds: number;
  /** most memory it had, MiB */
  readonly peak: number;
}

const PEAK = new URL('./peak.cjs', import.meta.url).pathname;

/** Runs all of them in turn, `rounds` times after one round of warm-up, so that what else the machine does meets each alike. */
export function alternate(programs: readonly Program[], rounds: number): ReadonlyMap<string, readonly number[]> {
  const seconds = new Map(programs.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const program of programs) {
      const took = run(program.args, program.env);
      if (round > 0) seconds.get(program.name)!.push(took);
    }
  }
  return seconds;
}

/** One run with its peak memory; the little that is loaded for that is in its time. */
export function weigh({ args, env }: Program): Run {
  const from = performance.now();
  const { output } = spawn(['--require', PEAK, ...args], env);
  return { seconds: (performance.now() - from) / 1000, peak: Number(output[3]) / 1024 };
}

function run(args: readonly string[], env?: NodeJS.ProcessEnv): number {
  const from = performance.now();
  spawn(args, env);
  return (performance.now() - from) / 1000;
}

function spawn(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const ended = spawnSync(process.execPath, args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  if (ended.error) throw ended.error;
  if (ended.status !== 0)
    throw new Error(`node ${args.join(' ')} ended with ${ended.status ?? ended.signal}:\n${ended.stdout}${ended.stderr}`);
  return ended;
}
