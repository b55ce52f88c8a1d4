// What can be wrong with the text of an expression.

/** What is wrong, and where in the string that holds the expression or template. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly start: number;
  readonly end: number;
  readonly hint: string | undefined;
  constructor(message: string, at: { readonly start: number; readonly end: number }, hint?: string) {
    super(message);
    this.start = at.start;
    this.end = Math.max(at.end, at.start + 1);
    this.hint = hint;
  }
}
