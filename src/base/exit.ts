// What the process's exit code means. docs/command-line.md has the same table.

export const EXIT = {
  ok: 0,
  bug: 1,
  usage: 2,
  invalid: 3,
  refused: 4,
  failed: 5,
  unreachable: 6,
  locked: 7,
  pending: 10,
  interrupted: 130,
  terminated: 143,
} as const;
