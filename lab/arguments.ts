// What may be typed after "npm run lab --", as data.
import { parseArgs } from 'node:util';
import { UsageError } from './errors.ts';
import { KINDS, type Kind } from './kinds.ts';

export type Arguments =
  | { readonly command: 'help' | 'status' }
  | {
      readonly command: 'up';
      readonly hosts: number | undefined;
      readonly documents: number;
      /** One a host, the last one for all that follow; none where nothing was said. */
      readonly kinds: readonly Kind[];
      readonly fresh: boolean;
    }
  | { readonly command: 'down'; readonly cache: boolean }
  | { readonly command: 'seed'; readonly documents: number; readonly host: number | undefined }
  | { readonly command: 'ssh'; readonly host: number | undefined; readonly words: readonly string[] };

export const USAGE = `npm run lab -- COMMAND

  up      [--hosts N] [--documents N] [--release KIND,...] [--fresh]
          make and start hosts (as many as there are or as kinds are named; 20000 documents; kind 0.15);
          the first host is of the first kind, the second of the second, the last kind is that of all others:
          ${KINDS.join(', ')};
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
        kinds: values.release === undefined ? [] : kinds(String(values.release)),
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

function kinds(text: string): Kind[] {
  return text.split(',').map((word) => {
    const found = KINDS.find((one) => one === word.trim());
    if (found) return found;
    throw new UsageError(`--release must be of ${KINDS.join(', ')}, not "${word}"`);
  });
}

function hostNumber(text: string): number {
  const match = /^(?:lab-)?(\d+)$/.exec(text);
  if (match) return Number(match[1]);
  throw new UsageError(`a host is N or lab-N, not "${text}"`);
}
