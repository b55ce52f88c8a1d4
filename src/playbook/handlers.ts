// Handlers and who notifies them: within a stage, by name.
import { asText } from '../base/data.ts';
import { didYouMean } from '../base/nearest.ts';
import { at, type Findings, namesAt, type Place, textAt } from './place.ts';
import { PARTS, type Part } from './playbook.ts';

interface Judging {
  readonly findings: Findings;
  /** false: there may be steps and handlers that nobody has seen */
  readonly isComplete: () => boolean;
}

export function judgeHandlers(parts: Readonly<Record<Part, readonly Place[]>>, { findings, isComplete }: Judging): void {
  const handlers = parts.handlers.map((place) => textAt(place, 'name') ?? '');
  const calls = PARTS.flatMap((part) => parts[part]).flatMap(notifies);
  for (const [index, place] of parts.handlers.entries()) judgeOrder(notifies(place), handlers.slice(0, index + 1), findings);
  if (!isComplete()) return;
  const unknown = calls.filter(({ value }) => !handlers.includes(asText(value)));
  for (const place of unknown) judgeUnknown(place, handlers, findings);
  const called = new Set(calls.map(({ value }) => value));
  // a name that is none may have been meant for the handler that nobody seems to notify
  const unused = unknown.length > 0 ? [] : parts.handlers.filter((_, index) => !called.has(handlers[index]));
  for (const place of unused) {
    const message = `no step of the stage notifies "${textAt(place, 'name')}"`;
    findings.report(at(place, 'name'), { rule: 'handler-unused', message, hint: 'it never runs; name it under notify of a step' });
  }
}

const notifies = (step: Place) => namesAt(at(step, 'notify'));

/** `until`: the handlers up to the one that notifies. */
function judgeOrder(calls: readonly Place[], until: readonly string[], findings: Findings): void {
  for (const place of calls.filter(({ value }) => until.includes(asText(value)))) {
    const isItself = place.value === until.at(-1);
    const message = isItself ? 'a handler cannot notify itself' : `"${place.value}" comes before this handler and would not run again`;
    findings.report(place, { rule: 'notify-order', message, hint: 'handlers run once, in the order in which they are written' });
  }
}

function judgeUnknown(place: Place, handlers: readonly string[], findings: Findings): void {
  const known = handlers.length === 0 ? 'the stage has no handlers' : `it has ${handlers.join(', ')}`;
  const hint = didYouMean(asText(place.value), handlers) ?? known;
  findings.report(place, { rule: 'notify-unknown', message: `no handler of this stage is named "${place.value}"`, hint });
}
