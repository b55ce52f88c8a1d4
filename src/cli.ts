#!/usr/bin/env node
// argv → command → exit code. The only place that ends the process, and the only last-resort catch.
import { readFileSync } from 'node:fs';
import { tell } from './cli/failure.ts';
import { flushed, worldOf } from './cli/process.ts';
import { dispatch } from './cli/program.ts';

const packageFile = new URL('../package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };

const exit = await dispatch(process.argv, version, async (action, options, args) => {
  const world = worldOf(version, options.color);
  try {
    return await action(world, options, args);
  } catch (error) {
    return tell(error, world);
  }
});
await flushed();
process.exit(exit);
