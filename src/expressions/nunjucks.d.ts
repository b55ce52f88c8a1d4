// The two files of nunjucks that we use, as far as we use them. Its own types describe the renderer only.
declare module 'nunjucks/src/lexer.js' {
  export interface Token {
    readonly type: string;
    readonly value: unknown;
    readonly lineno: number;
    readonly colno: number;
  }
  export interface Tokenizer {
    nextToken(): Token | null;
  }
  const lexer: { lex(source: string, options: { readonly tags: Readonly<Record<string, string>> }): Tokenizer };
  export default lexer;
}

declare module 'nunjucks/src/parser.js' {
  import type { Token, Tokenizer } from 'nunjucks/src/lexer.js';

  export interface Parser {
    nextToken(): Token | null;
    peekToken(): Token | null;
    parseExpression(): unknown;
  }
  const parser: { readonly Parser: new (tokens: Tokenizer) => Parser };
  export default parser;
}
