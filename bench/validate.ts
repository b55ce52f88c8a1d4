// What it costs to validate: the shipped playbook with 50 hosts beside a bare Node, and 5,000 hosts × 40 steps by itself.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inventoryOf, playbookOf } from './fleet.ts';
import { alternate, type Program, type Run, weigh } from './processes.ts';
import { type Bench, median, type Result } from './result.ts';

const ROOT = resolve(import.meta.dirname, '..');
const CLI = join(ROOT, 'dist/cli.js');
const SHIPPED = join(ROOT, 'playbooks/trains-0.16.yml');

const COLD_HOSTS = 50;
const COLD_ROUNDS = 5;
const FLEET_HOSTS = [1250, 2500, 5000];
const FLEET_STEPS = 40;
const FLEET_ROUNDS = 3;

export const validate: Bench = async ({ directory, say }) => {
  const env = environment(directory);
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  say(`cold start: ${COLD_ROUNDS} rounds`);
  const fifty = file('fifty.yml', inventoryOf('trains', COLD_HOSTS));
  const cold = alternate(
    [
      { name: 'node -e 0', args: ['-e', '0'], env },
      { name: 'no inventory', args: [CLI, 'validate', SHIPPED], env },
      { name: '50 hosts', args: [CLI, 'validate', SHIPPED, '-i', fifty], env },
    ],
    COLD_ROUNDS,
  );
  const playbook = file('fleet.yml', playbookOf('trains', FLEET_STEPS));
  const fleets = [1, ...FLEET_HOSTS].map((hosts) => {
    say(`${hosts} hosts × ${FLEET_STEPS} steps: ${FLEET_ROUNDS} rounds`);
    const inventory = file(`fleet-${hosts}.yml`, inventoryOf('trains', hosts));
    return { hosts, runs: rounds({ name: '', args: [CLI, 'validate', playbook, '-i', inventory], env }) };
  });
  return resultOf(cold, fleets);
};

interface Fleet {
  readonly hosts: number;
  readonly runs: readonly Run[];
}

function rounds(program: Program): readonly Run[] {
  return Array.from({ length: FLEET_ROUNDS + 1 }, () => weigh(program)).slice(1);
}

/** A home of its own: nothing of whoever measures is read, and what a warm-up leaves behind is there for the rounds after it. */
function environment(directory: string): NodeJS.ProcessEnv {
  const home = join(directory, 'home');
  mkdirSync(home);
  return { PATH: process.env.PATH, HOME: home, NO_COLOR: '1' };
}

function resultOf(cold: ReadonlyMap<string, readonly number[]>, fleets: readonly Fleet[]): Result {
  const bare = median(cold.get('node -e 0')!);
  const [one, small, , large] = fleets.map(({ runs }) => ({
    seconds: median(runs.map(({ seconds }) => seconds)),
    peak: median(runs.map(({ peak }) => peak)),
  }));
  const growth = (key: 'seconds' | 'peak') => (large![key] - one![key]) / (small![key] - one![key]);
  return {
    figures: [
      { name: 'validate, 50 hosts, beside a bare Node', value: median(cold.get('50 hosts')!) / bare, unit: '×', budget: 4 },
      { name: 'validate, no inventory, beside a bare Node', value: median(cold.get('no inventory')!) / bare, unit: '×', budget: 4 },
      { name: 'validate, 5,000 hosts × 40 steps', value: large!.seconds, unit: 's', budget: 3 },
      { name: 'its memory with 4 × the hosts (linear: 4)', value: growth('peak'), unit: '×', budget: 4.4 },
      { name: 'its time with 4 × the hosts (linear: 4)', value: growth('seconds'), unit: '×' },
      ...fleets.map(({ hosts, runs }) => ({
        name: `peak memory, ${hosts} hosts`,
        value: median(runs.map(({ peak }) => peak)),
        unit: 'MiB',
      })),
    ],
    seconds: Object.fromEntries([
      ...cold,
      ...fleets.map(({ hosts, runs }) => [`${hosts} hosts × ${FLEET_STEPS} steps`, runs.map(({ seconds }) => seconds)] as const),
    ]),
    counts: {
      hosts: fleets.map(({ hosts }) => hosts),
      steps: FLEET_STEPS,
      cold_hosts: COLD_HOSTS,
      rounds: COLD_ROUNDS,
      fleet_rounds: FLEET_ROUNDS,
    },
  };
}
