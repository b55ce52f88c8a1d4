// npm run build: src/ becomes dist/, one file to start with and a chunk for each part that is loaded by need. Small libraries come along, and the
// schemas compiled: a start reads few files, and ajv is none of them.
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { compiledValidators } from './schemas/compile.ts';

const ROOT = import.meta.dirname;

/** Loaded from node_modules when a host is reached: they are large, have parts in C++, or look for files beside themselves. */
const LEFT_OUT = ['ssh2', 'dockerode', '@elastic/elasticsearch', 'listr2', 're2js'];

const schemas: Plugin = {
  name: 'schemas',
  setup: ({ onLoad }) => {
    const filter = /\/src\/playbook\/validators\.ts$/;
    onLoad({ filter }, ({ path }) => ({ contents: compiledValidators(), loader: 'js', resolveDir: resolve(path, '..') }));
  },
};

/** Writes the program into a directory that is emptied before. It runs where package.json and schemas/ are beside that directory. Resolves to what went into which file. */
export async function buildProgram(directory: string): Promise<Metafile> {
  rmSync(directory, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/cli.ts'],
    outdir: directory,
    chunkNames: 'chunks/[name]-[hash]', // as deep as the rooms of src/: what they find by import.meta.url, they find from there
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.18',
    external: LEFT_OUT,
    plugins: [schemas],
    // what is CommonJS among the libraries asks for Node's own modules
    banner: { js: "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);" },
    metafile: true,
    logLevel: 'warning',
  });
  chmodSync(join(directory, 'cli.js'), 0o755);
  writeFileSync(join(directory, 'LICENSES'), licencesOf(metafile));
  return metafile;
}

/** The licences of the libraries that came along, as each of them asks for. */
function licencesOf({ inputs }: Metafile): string {
  const names = Object.keys(inputs).flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  return [...new Set(names)]
    .sort()
    .map((name) => {
      const file = readdirSync(join(ROOT, 'node_modules', name)).find((entry) => /^licen[sc]e/i.test(entry));
      if (file === undefined) throw new Error(`${name} has no licence to go with it`);
      return `${name}\n\n${readFileSync(join(ROOT, 'node_modules', name, file), 'utf8').trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

if (import.meta.main) await buildProgram(join(ROOT, 'dist'));
