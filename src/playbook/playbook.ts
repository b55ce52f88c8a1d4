// What a playbook is once it was read and judged. How it is read: load.ts.
import type { Position } from '../base/errors.ts';
import type { Expression } from '../expressions/parse.ts';
import type { Input } from './input.ts';
import type { BatchSize } from './serial.ts';

/** The lists of a stage. Each host goes through `steps`; after a failure there through `rescue`; then, whatever happened, through `always`. */
export const PARTS = ['steps', 'rescue', 'always', 'handlers'] as const;
export type Part = (typeof PARTS)[number];

export interface Step {
  readonly stage: string;
  /** the list of the stage that it stands in */
  readonly part: Part;
  /** unique in its stage */
  readonly name: string;
  /** `stage/step` */
  readonly id: string;
  readonly module: string;
  /** as written: templates and expressions are rendered when the task starts */
  readonly args: Readonly<Record<string, unknown>>;
  /** all have to be true: the stage's condition, then the step's */
  readonly when: readonly Expression[];
  readonly register: string | undefined;
  /** handlers of the stage that run at its end if this step changes something */
  readonly notify: readonly string[];
  readonly tags: readonly string[];
  readonly become: boolean;
  readonly becomeUser: string;
  /** what to go through, as written; undefined: the step is done once */
  readonly loop: readonly unknown[] | string | undefined;
  /** one host of each batch does it; the others have its outputs */
  readonly runOnce: boolean;
  /** how many hosts of a batch do it at once; undefined: as many as there are forks */
  readonly throttle: number | undefined;
  readonly retries: number;
  readonly until: Expression | undefined;
  /** seconds */
  readonly delay: number;
  /** seconds; undefined: as long as it takes */
  readonly timeout: number | undefined;
  readonly ignoreErrors: boolean;
  readonly environment: Readonly<Record<string, string>>;
  readonly position: Position;
}

export interface Stage {
  readonly name: string;
  readonly barrier: boolean;
  /** what somebody has to say yes to before the stage begins */
  readonly confirm: string | undefined;
  /** from here on there is no way back: asked for as with confirm, and told of hosts that fail later */
  readonly pointOfNoReturn: boolean;
  readonly steps: readonly Step[];
  readonly rescue: readonly Step[];
  readonly always: readonly Step[];
  /** run once at the end of the stage, in this order, those that were notified */
  readonly handlers: readonly Step[];
}

/** Every step of a stage, list by list. */
export const stepsOf = (stage: Stage): readonly Step[] => PARTS.flatMap((part) => stage[part]);

/** Whom a playbook is for. */
export interface Aim {
  /** a pattern, or hosts written in the playbook with their variables */
  readonly hosts: string | Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** where a word of that pattern stands */
  readonly whereInHosts: (word: string) => Position;
}

export interface Playbook extends Aim {
  readonly file: string;
  readonly name: string;
  readonly serial: readonly BatchSize[];
  readonly inputs: ReadonlyMap<string, Input>;
  /** templates over inputs, facts and the ones before them */
  readonly vars: Readonly<Record<string, unknown>>;
  /** a template over inputs and vars; undefined: the login user's home holds lock and receipts */
  readonly projectDir: string | undefined;
  readonly anyErrorsFatal: boolean;
  /** 0 to 100 */
  readonly maxFailPercentage: number;
  readonly stages: readonly Stage[];
}
