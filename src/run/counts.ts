// Tasks of a host by how they ended.
import type { TaskStatus } from './events.ts';

export type Counts = Record<TaskStatus, number>;

export const noTasks = (): Counts => ({
  ok: 0,
  changed: 0,
  skipped: 0,
  failed: 0,
  refused: 0,
  unreachable: 0,
  at_run_time: 0,
  cannot_tell: 0,
});
