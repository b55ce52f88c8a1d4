// Made by `npm run generate` from schemas/modules/*.json: the arguments of each module. Change the schema, not this file.

/**
 * One bare expression, or a list of them; all must be true. Written without {{ }}.
 */
export type Conditions = string | string[];
/**
 * What the operator reads when a condition does not hold: what is wrong and what to do about it.
 */
export type Message = string;
/**
 * What to type or do next when a condition does not hold.
 */
export type NextMove = string;

export interface AssertArguments {
  that: Conditions;
  message?: Message;
  next?: NextMove;
}
