#!/usr/bin/env node
// argv → command → exit code. The only place that ends the process, and the only last-resort catch.
import packageFile from '../package.json' with { type: 'json' };
import { tell } from './cli/failure.ts';
import { flushed, worldOf } from './cli/process.ts';
import { dispatch } from './cli/program.ts';

async function main(): Promise<never> {
  const exit = await dispatch(process.argv, packageFile.version, async (action, options, args) => {
    const world = worldOf(packageFile.version, options.color);
    try {
      return await action(world, options, args);
    } catch (error) {
      return tell(error, world);
    }
  });
  await flushed();
  process.exit(exit);
}

void main();
