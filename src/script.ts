// The built program as V8 knows it: one script that is a function of what it needs of Node, and the code that V8 has once made of it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { constants, Script } from 'node:vm';

/** Where the code of a program is kept: another Node has other code, and other processors may have. */
export const codeOf = (file: string): string => file.replace(/\w+$/, `${process.version}-${process.platform}-${process.arch}.code`);

/** `code` is taken for what it is only where it was made of this text by this V8; the rest is compiled when it is needed. */
export function readScript(file: string, code: Buffer | undefined): Script {
  return new Script(readFileSync(file, 'latin1'), {
    filename: file,
    cachedData: code,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
}

/** Begins the program; it ends the process by itself. */
export function run(script: Script, file: string): void {
  script.runInThisContext()(createRequire(file), pathToFileURL(file).href);
}
