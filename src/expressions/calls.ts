// Filters and tests as they are written: names, arguments by place and by name, and the filter or test that items are put through.
import { didYouMean } from '../base/nearest.ts';
import { ExpressionError } from './error.ts';
import { FILTERS } from './filters.ts';
import type { Callable } from './functions.ts';
import type { Call, Node } from './node.ts';
import { PATTERNS } from './pattern_filters.ts';
import { children, isRaw, type RawNode } from './raw.ts';
import { compilePattern, PatternError } from './regex.ts';
import { TESTS } from './tests.ts';

/** What reads the parts of a call. */
export interface Calls {
  read(raw: unknown): Node;
  place(raw: RawNode, length?: number): Span;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

export function readFilter(raw: RawNode, reader: Calls): Node {
  const name = String((raw.name as RawNode).value);
  const place = reader.place(raw, name.length);
  const [target, ...rest] = children(raw.args as RawNode);
  return { kind: 'filter', target: reader.read(target), ...readCall('filter', { name, place }, rest, reader), ...place };
}

export function readTest(target: Node, raw: RawNode, reader: Calls): Node {
  const call = raw.typename === 'FunCall' ? raw : undefined;
  const named = (call ? call.name : raw) as RawNode;
  if (!isRaw(named) || !['Symbol', 'Literal'].includes(named.typename)) {
    const hint = 'put the comparison in parentheses';
    throw new ExpressionError('a test is a name, as in: x is defined', reader.place(isRaw(named) ? named : raw), hint);
  }
  const name = named.value === null ? 'none' : String(named.value);
  const place = reader.place(named, name.length);
  return { kind: 'test', target, ...readCall('test', { name, place }, call ? children(call.args as RawNode) : [], reader), ...place };
}

/** What to write in place of a call of a function. */
export function hintForCall({ name }: RawNode): string | undefined {
  const called = isRaw(name) ? String(name.value ?? (isRaw(name.val) ? name.val.value : '')) : '';
  if (FILTERS.has(called)) return `write a filter: … | ${called}`;
  return TESTS.has(called) ? `write a test: … is ${called}(…)` : undefined;
}

type Kind = 'filter' | 'test';

interface Named {
  readonly name: string;
  readonly place: Span;
}

/** An argument as it is written: by its name, or by its place only. */
interface Written {
  readonly name: string | undefined;
  readonly value: Node;
}

function readCall(kind: Kind, { name, place }: Named, raws: readonly RawNode[], reader: Calls): Call {
  const written = raws.flatMap((raw): Written[] => {
    if (raw.typename !== 'KeywordArgs') return [{ name: undefined, value: reader.read(raw) }];
    return children(raw).map((pair) => ({ name: String((pair.key as RawNode).value), value: reader.read(pair.value) }));
  });
  return bind(kind, { name, place }, written);
}

function bind(kind: Kind, { name, place }: Named, written: readonly Written[]): Call {
  const table: ReadonlyMap<string, Callable<unknown>> = kind === 'filter' ? FILTERS : TESTS;
  const callable = table.get(name);
  if (!callable) throw new ExpressionError(`there is no ${kind} ${name}`, place, didYouMean(name, table.keys()));
  const args = argumentsOf(callable, `the ${kind} ${name}`, place, written);
  for (const { parameter, value } of args) checkArgument(name, parameter, value);
  return { name, ...withEach(callable, place, args) };
}

type Arguments = Call['args'];

function argumentsOf({ parameters, each }: Callable<unknown>, what: string, place: Span, written: readonly Written[]): Arguments {
  const fail = (message: string, hint?: string): never => {
    throw new ExpressionError(`${what} ${message}`, place, hint);
  };
  const byPlace = parameters.filter(({ kind }) => kind !== 'named');
  const rest = parameters.find(({ kind }) => kind === 'rest');
  const args: { parameter: string; value: Node }[] = [];
  for (const { name, value } of written) {
    const taken = new Set(args.map(({ parameter }) => parameter));
    const own = name === undefined ? (byPlace.find((one) => one === rest || !taken.has(one.name)) ?? rest) : byName(name);
    if (!own) fail(`takes at most ${counted(byPlace.length)}`);
    else if (own !== rest && taken.has(own.name)) fail(`is given ${own.name} twice`);
    else args.push({ parameter: own.name, value });
  }
  const missing = parameters.find(({ name, kind }) => kind === 'required' && !args.some(({ parameter }) => parameter === name));
  if (missing) fail(`needs its argument ${missing.name}`);
  return args;

  function byName(name: string) {
    const own = parameters.find((parameter) => parameter.name === name && parameter !== rest);
    if (own && own.name !== each) return own;
    return fail(
      `has no parameter ${name}`,
      didYouMean(
        name,
        parameters.filter((one) => one !== rest).map((one) => one.name),
      ),
    );
  }
}

const counted = (count: number) => (count === 1 ? '1 argument' : `${count} arguments`);

/** The arguments that follow the name of a filter or test are that one's. */
function withEach({ each }: Callable<unknown>, place: Span, args: Arguments): Pick<Call, 'args' | 'each'> {
  const named = each && args.find(({ parameter }) => parameter === each);
  if (!named) return { args };
  const { value } = named;
  if (value.kind !== 'literal' || typeof value.value !== 'string') {
    throw new ExpressionError(`the name of the ${each} has to be written in quotes`, value);
  }
  const passed = args.filter(({ parameter }) => parameter === 'arguments').map(({ value: node }) => ({ name: undefined, value: node }));
  const span = { start: value.start, end: value.start + value.value.length + 2 };
  return {
    args: args.filter(({ parameter }) => parameter !== each && parameter !== 'arguments'),
    each: bind(each, { name: value.value, place: span.end > span.start ? span : place }, passed),
  };
}

/** What can be said of an argument before any value is known. */
function checkArgument(name: string, parameter: string, node: Node): void {
  if (node.kind !== 'literal') return;
  if (name === 'version' && parameter === 'version' && typeof node.value !== 'string')
    throw new ExpressionError('a version must be text', node, 'put it in quotes');
  if (!PATTERNS.has(parameter) || typeof node.value !== 'string') return;
  try {
    compilePattern(node.value);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new ExpressionError(error.message, { start: node.start, end: node.start + node.value.length + 2 }, error.hint);
  }
}
