#!/usr/bin/env node
// What dist/cli.js is: begins the program beside it with the code that was kept when it was built, so that little is left to be compiled.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, readScript, run } from './script.ts';

const program = join(dirname(import.meta.filename), 'program/program.cjs');

function keptCode(): Buffer | undefined {
  try {
    return readFileSync(codeOf(program));
  } catch {
    return undefined; // built by another Node
  }
}

run(readScript(program, keptCode()), program);
