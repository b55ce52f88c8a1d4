// A step as a plan has it, with nothing asked for but what a test says.
import type { Step } from '../../src/playbook/playbook.ts';

export function stepOf(more: Partial<Step> = {}): Step {
  return {
    stage: 's',
    part: 'steps',
    name: 't',
    id: 's/t',
    module: 'fake',
    args: {},
    when: [],
    register: undefined,
    notify: [],
    tags: [],
    become: false,
    becomeUser: 'root',
    loop: undefined,
    runOnce: false,
    throttle: undefined,
    retries: 0,
    until: undefined,
    delay: 5,
    timeout: undefined,
    ignoreErrors: false,
    environment: {},
    position: { file: 'p.yml', line: 1, column: 1, endLine: 1, endColumn: 1 },
    ...more,
  };
}
