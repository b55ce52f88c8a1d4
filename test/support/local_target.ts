// A target that is the machine the tests run on, with a directory of its own.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../src/connections/connect.ts';
import type { Target } from '../../src/modules/module.ts';
import { localAddress, localContext } from './local.ts';
import { scriptedTarget, type TargetOptions } from './scripted_connection.ts';

/** `directory` is new and empty; the run's own folder is below it. */
export async function localTarget(options: TargetOptions = {}): Promise<{ target: Target; directory: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'switchyard-module-'));
  const connection = await connect(localAddress('here'), localContext);
  const run = { directory: join(directory, '.switchyard/runs/r'), ...options.run };
  return { target: scriptedTarget(connection, { ...options, run }), directory };
}
