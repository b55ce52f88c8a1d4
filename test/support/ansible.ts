// The real Ansible to compare with: ansible-core of PyPI in a virtual environment outside of the checkout, made once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The newest that runs on Python 3.11, and what reads YAML for it. */
const PACKAGES = ['ansible-core==2.19.14', 'PyYAML==6.0.4', 'Jinja2==3.1.6'];

export interface ListQuestion {
  readonly ask: 'list';
  readonly cwd: string;
  /** of ansible-inventory */
  readonly arguments: readonly string[];
}

export interface PatternsQuestion {
  readonly ask: 'patterns';
  readonly cwd: string;
  readonly sources: readonly string[];
  readonly patterns: readonly string[];
}

/** `values` of INI, `words` of a line, `names` of hosts. */
export interface TextsQuestion {
  readonly ask: 'values' | 'words' | 'names';
  readonly texts: readonly string[];
}

/** `said`: its warnings. */
export type Answer = { readonly value: unknown; readonly said?: string } | { readonly error: string };

/** One process for all questions. Throws where there is no Ansible and none can be installed. */
export function askAnsible(
  questions: readonly (ListQuestion | PatternsQuestion | TextsQuestion)[],
): readonly (Answer | readonly Answer[])[] {
  return askPython('ask_ansible.py', questions) as Answer[];
}

/** What a program beside this file prints as JSON on JSON input, run once with Ansible and Jinja at hand. */
export function askPython(script: string, input: unknown): unknown {
  const python = join(environment(), 'bin/python');
  const scratch = mkdtempSync(join(cache(), 'scratch-'));
  const env = {
    PATH: process.env.PATH,
    HOME: scratch,
    LC_ALL: 'C.UTF-8',
    ANSIBLE_CONFIG: join(scratch, 'ansible.cfg'),
    ANSIBLE_LOCALHOST_WARNING: '0',
  };
  writeFileSync(env.ANSIBLE_CONFIG, ''); // no settings of this machine
  try {
    return JSON.parse(run(python, [resolve(import.meta.dirname, script)], { input: JSON.stringify(input), env }));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const cache = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'switchyard-test');

/** Made aside and renamed: what is there is whole, also where two tests begin at once. */
function environment(): string {
  const place = join(cache(), PACKAGES.join(' ').replaceAll(/[^\w.]+/g, '-'));
  if (existsSync(place)) return place;
  mkdirSync(cache(), { recursive: true });
  const aside = mkdtempSync(`${place}-`);
  run('python3', ['-m', 'venv', aside]);
  run(join(aside, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES]);
  try {
    renameSync(aside, place);
  } catch {
    rmSync(aside, { recursive: true }); // another one was faster
  }
  return place;
}

function run(
  program: string,
  args: readonly string[],
  options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 30, ...options });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
  return stdout;
}
