// Strings with expressions in {{ }}.
import { remembering } from '../base/remember.ts';
import { ExpressionError } from './error.ts';
import { endOfQuotes } from './literal.ts';
import { type Expression, MOST_REMEMBERED, parseExpression } from './parse.ts';

/** A parsed string: text as it is, and expressions in {{ }}. */
export interface Template {
  readonly parts: readonly (string | Expression)[];
}

/** Expressions and texts between them, of one string. */
const MOST_PARTS = 20_000;

/** Throws an ExpressionError, also for {% %} and {# #}. */
export const parseTemplate: (text: string) => Template = remembering(parse, MOST_REMEMBERED);

function parse(text: string): Template {
  const parts: (string | Expression)[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf('{{', at);
    checkPlain(text.slice(at, open < 0 ? undefined : open), at);
    if (open < 0) break;
    if (parts.length > MOST_PARTS) throw new ExpressionError('the text holds too many expressions', { start: open, end: open + 2 });
    const close = endOf(text, open + 2);
    if (open > at) parts.push(text.slice(at, open));
    parts.push(parseInner(text.slice(open + 2, close), open + 2));
    at = close + 2;
  }
  if (at < text.length || parts.length === 0) parts.push(text.slice(at));
  return { parts };
}

function parseInner(code: string, at: number): Expression {
  if (/^-|-$/.test(code)) throw new ExpressionError('{{- and -}} are not supported', { start: at, end: at + 1 }, 'write {{ and }}');
  if (/^\s*\./.test(code)) {
    const whole = { start: at, end: at + code.length };
    throw new ExpressionError('an expression cannot begin with a dot', whole, "for braces as they are, write {{ '{{' }}");
  }
  return parseExpression(code, at);
}

/** Text outside of {{ }} must not look like what Jinja has and we do not. */
function checkPlain(text: string, at: number): void {
  const block = text.indexOf('{%');
  if (block >= 0) {
    const hint = 'use {{ a if condition else b }}, or steps with when';
    throw new ExpressionError('{% %} is not supported', { start: at + block, end: at + block + 2 }, hint);
  }
  const comment = text.indexOf('{#');
  if (comment >= 0 && text.indexOf('#}', comment) >= 0)
    throw new ExpressionError('{# #} is not supported', { start: at + comment, end: at + comment + 2 }, 'write a comment of YAML: # …');
}

/** Where the }} is that closes what was opened before `from`; braces and quotes inside are skipped. */
function endOf(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const character = text[i]!;
    if (character === '"' || character === "'") i = endOfQuotes(text, i);
    else if (character === '{') depth++;
    else if (character === '}' && depth > 0) depth--;
    else if (character === '}' && text[i + 1] === '}') return i;
  }
  throw new ExpressionError('{{ is never closed', { start: from - 2, end: from }, 'add }}');
}
