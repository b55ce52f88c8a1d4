// npm run bench -- NAME [--json FILE]: 0 where every budget holds, 1 where one does not, 2 for a wrong command line.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, format, holds, toJson } from './result.ts';

const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  validate: async () => (await import('./validate.ts')).validate,
};

const USAGE = `npm run bench -- NAME [--json FILE]; NAME is one of: ${Object.keys(BENCHES).join(', ')}\n`;

async function main(args: readonly string[]): Promise<number> {
  const { name, json } = read(args);
  const bench = name === undefined || !Object.hasOwn(BENCHES, name) ? undefined : BENCHES[name];
  if (name === undefined || !bench) {
    process.stderr.write(USAGE);
    return 2;
  }
  const directory = mkdtempSync(join(tmpdir(), `switchyard-bench-${name}-`));
  try {
    const result = await (await bench())({ directory, say: (text) => void process.stderr.write(`${text}\n`) });
    process.stdout.write(format(result));
    if (json !== undefined) writeFileSync(json, toJson(name, result));
    return result.figures.every(holds) ? 0 : 1;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function read(args: readonly string[]): { readonly name?: string; readonly json?: string } {
  try {
    const { positionals, values } = parseArgs({ args: [...args], options: { json: { type: 'string' } }, allowPositionals: true });
    return { name: positionals.length === 1 ? positionals[0] : undefined, json: values.json };
  } catch {
    return {}; // an option that there is not: the usage says which there are
  }
}

process.exitCode = await main(process.argv.slice(2));
