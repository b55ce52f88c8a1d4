// A run as JUnit's XML: a suite a host, a case a task. What CI shows of it is the failure with its state and what to type next.
import type { Failure, HostResult, TaskResult } from '../run/events.ts';
import type { HostRecord, RunRecord } from './record.ts';
import { failureLines, resultText, statusWord } from './words.ts';
import { element, escaped } from './xml.ts';

const ALL_OUTPUT = Number.POSITIVE_INFINITY;

interface Case {
  readonly name: string;
  readonly classname: string;
  readonly ms: number;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  /** as the reader sees it: "failed" */
  readonly status: string;
  readonly message: string;
  readonly detail: readonly string[];
}

export function runJunit({ started, ended, hosts }: RunRecord): string {
  const suites = hosts.map((host) => ({ host, cases: casesOf(host, started.check) }));
  const xml = suites.map(({ host, cases }) => {
    const ms = cases.reduce((sum, one) => sum + one.ms, 0);
    const attributes = { name: host.result.host, ...totals(cases), time: seconds(ms), timestamp: new Date(started.time).toISOString() };
    return element('testsuite', attributes, cases.map(caseXml));
  });
  const all = suites.flatMap(({ cases }) => cases);
  const attributes = { name: `${started.playbook} (${started.run})`, ...totals(all), time: seconds(ended.duration_ms) };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', attributes, xml)}\n`;
}

/** Its tasks; and the host itself, where it ended outside of them. */
function casesOf({ result, tasks }: HostRecord, check: boolean): readonly Case[] {
  const cases = tasks.map((task) => taskCase(task, result, check));
  const isTold = cases.some(({ outcome }) => outcome === 'failure' || outcome === 'error');
  if (result.status === 'ok' || result.status === 'ended' || (isTold && !result.failure?.differences)) return cases;
  return [...cases, hostCase(result, check)];
}

function taskCase(task: TaskResult, host: HostResult, check: boolean): Case {
  const { stage, step, status, failure, duration_ms: ms } = task;
  const base = { name: step, classname: `${host.host}.${stage}`, ms, status: statusWord(status, check) };
  const isThrough = failure?.ignored === true || host.status === 'ok' || host.status === 'ended'; // passed over, or rescued
  if (failure && !isThrough) {
    return { ...base, outcome: status === 'unreachable' ? 'error' : 'failure', message: failure.message, detail: detailOf(failure) };
  }
  const isOpen = status === 'skipped' || status === 'at_run_time' || status === 'cannot_tell';
  return { ...base, outcome: isOpen ? 'skipped' : 'passed', message: failure?.message ?? resultText(task), detail: [] };
}

function hostCase({ host, status, message, failure }: HostResult, check: boolean): Case {
  const outcome = status === 'not_run' ? 'skipped' : status === 'failed' || status === 'refused' ? 'failure' : 'error';
  const base = { name: 'the host', classname: host, ms: 0, status: statusWord(status, check), outcome } as const;
  return { ...base, message: failure?.message ?? message, detail: failure ? detailOf(failure) : [] };
}

const detailOf = (failure: Failure) => failureLines(failure, { outputLines: ALL_OUTPUT });

function caseXml({ name, classname, ms, outcome, status, message, detail }: Case): string {
  return element('testcase', { name, classname, time: seconds(ms) }, outcomeXml({ outcome, status, message, detail }));
}

function outcomeXml({ outcome, status, message, detail }: Pick<Case, 'outcome' | 'status' | 'message' | 'detail'>): readonly string[] {
  if (outcome === 'passed') return message === '' ? [] : [element('system-out', {}, [escaped(`${status}: ${message}`)])];
  if (outcome === 'skipped') return [element('skipped', { message: `${status}: ${message}` })];
  return [element(outcome, { message, type: status }, detail.length === 0 ? [] : [escaped(detail.join('\n'))])];
}

function totals(cases: readonly Case[]): Readonly<Record<string, number>> {
  const count = (outcome: Case['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  return { tests: cases.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') };
}

const seconds = (ms: number) => (ms / 1000).toFixed(3);
