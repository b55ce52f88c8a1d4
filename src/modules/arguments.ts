// Made by `npm run generate` from schemas/modules/*.json: the arguments of each module. Change the schema, not this file.

export interface AssertArguments {
  /**
   * One bare expression, or a list of them; all must be true. Written without {{ }}.
   */
  that: string | string[];
  /**
   * What the operator reads when a condition does not hold: what is wrong and what to do about it.
   */
  message?: string;
  /**
   * What to type or do next when a condition does not hold.
   */
  next?: string;
}
