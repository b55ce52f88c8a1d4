// The two ways the lab gives up. Anything else that is thrown is a bug and keeps its stack.

/** What was asked cannot be done here or makes no sense; exit code 2. */
export class UsageError extends Error {}

/** Something did not work; the message says where, what, found and next; exit code 1. */
export class LabError extends Error {}
