// A docker-compose for `config` alone, where no real one is installed: it prints the main file as it stands, or what a test has laid out
// as the effective configuration.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Facts } from '../../src/base/facts.ts';

export interface Compose {
  readonly facts: Facts['compose'];
  /** what `config` prints from now on */
  says(effective: string): void;
  /** the arguments of each call, joined by spaces */
  calls(): readonly string[];
}

/** Its files go into `directory`, which has to be another one than a test looks at for changes. */
export function composeIn(directory: string): Compose {
  const [script, effective, log] = ['compose', 'effective.yml', 'calls'].map((name) => join(directory, name)) as [string, string, string];
  writeFileSync(
    script,
    `#!/bin/sh
echo "$*" >>'${log}'
if [ -e '${effective}' ]; then cat '${effective}'; exit; fi
while [ "$1" != -f ]; do shift; done
cat "$2"`,
    { mode: 0o755 },
  );
  return {
    facts: { command: [script], version: '1.29.2' },
    says: (text) => writeFileSync(effective, text),
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
  };
}
