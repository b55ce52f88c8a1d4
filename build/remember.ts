// node remember.ts PROGRAM ARGUMENT…: runs the program, and at its end keeps the code that V8 has made of it beside it, for src/start.ts.
import { writeFileSync } from 'node:fs';
import { codeOf, readScript, run } from '../src/script.ts';

const [node = '', , file = '', ...args] = process.argv;
const script = readScript(file, undefined);
process.argv = [node, file, ...args];
process.on('exit', () => writeFileSync(codeOf(file), script.createCachedData()));
run(script, file);
