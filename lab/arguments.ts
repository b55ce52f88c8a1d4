// What may be typed after "npm run lab --", as data.
import { parseArgs } from 'node:util';
import { UsageError } from './errors.ts';
import { RELEASES, type Release } from './settings.ts';

export type Arguments =
  | { readonly command: 'help' | 'status' }
  | {
      readonly command: 'up';
      readonly hosts: number | undefined;
      readonly documents: number;
      readonly release: Release;
      readonly fresh: boolean;
    }
  | { readonly command: 'down'; readonly cache: boolean }
  | { readonly command: 'seed'; readonly documents: number; readonly host: number | undefined }
  | { readonly command: 'ssh'; readonly host: number | undefined; readonly words: readonly string[] };

export const USAGE = `npm run lab -- COMMAND

  up      [--hosts N] [--documents N] [--release ${RELEASES.join('|')}] [--fresh]
          make and start hosts (as many as there are, else 1; 20000 documents; 0.15);
          what is up stays as it is, --fresh makes the hosts anew, fewer --hosts removes the last ones
  status  one line a host
  ssh     [N|lab-N] [COMMAND...]   a shell or a command on a host, as root
  seed    [N|lab-N] [--documents N]   more documents into a running 0.15 or older (all hosts, 20000)
  down    [--cache]   take everything away again; --cache also what makes the next "up" quick

Exit codes: 0 done, 1 did not work, 2 cannot be done here or was mistyped
`;

export function parseArguments(argv: readonly string[]): Arguments {
  const [command, ...rest] = argv;
  switch (command) {
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      return { command: 'help' };
    case 'up': {
      const { values } = parse(rest, { hosts: 'string', documents: 'string', release: 'string', fresh: 'boolean' }, 0);
      return {
        command,
        hosts: values.hosts === undefined ? undefined : number('hosts', values.hosts, { from: 1, to: 50 }),
        documents: number('documents', values.documents ?? '20000', { from: 0, to: 100_000_000 }),
        release: release(values.release ?? '0.15'),
        fresh: values.fresh === true,
      };
    }
    case 'down':
      return { command, cache: parse(rest, { cache: 'boolean' }, 0).values.cache === true };
    case 'status':
      parse(rest, {}, 0);
      return { command };
    case 'seed': {
      const { values, positionals } = parse(rest, { documents: 'string' }, 1);
      const documents = number('documents', values.documents ?? '20000', { from: 1, to: 100_000_000 });
      return { command, documents, host: positionals[0] === undefined ? undefined : hostNumber(positionals[0]) };
    }
    case 'ssh': {
      // everything after the host is the other side's business, options included
      const named = rest[0] !== undefined && /^(lab-)?\d+$/.test(rest[0]);
      return { command, host: named ? hostNumber(rest[0]!) : undefined, words: named ? rest.slice(1) : rest };
    }
    default:
      throw new UsageError(`there is no command ${command}\n\n${USAGE}`);
  }
}

type Values = Readonly<Record<string, string | boolean | undefined>>;

function parse(
  args: string[],
  types: Readonly<Record<string, 'string' | 'boolean'>>,
  most: number,
): { values: Values; positionals: string[] } {
  try {
    const options = Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type }]));
    const { values, positionals } = parseArgs({ args, options, strict: true, allowPositionals: most > 0 });
    if (positionals.length > most) throw new UsageError(`${positionals[most]} is one word too many`);
    return { values: values as Values, positionals };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function number(name: string, text: string | boolean, { from, to }: { from: number; to: number }): number {
  const value = Number(text);
  if (Number.isInteger(value) && text !== '' && value >= from && value <= to) return value;
  throw new UsageError(`--${name} must be a whole number from ${from} to ${to}, not "${text}"`);
}

function release(text: string | boolean): Release {
  const found = RELEASES.find((one) => one === text);
  if (found) return found;
  throw new UsageError(`--release must be ${RELEASES.join(', ')}, not "${text}"`);
}

function hostNumber(text: string): number {
  const match = /^(?:lab-)?(\d+)$/.exec(text);
  if (match) return Number(match[1]);
  throw new UsageError(`a host is N or lab-N, not "${text}"`);
}
