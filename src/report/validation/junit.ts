// JUnit's XML, which every CI server reads: one test case a file, failed where the file has errors.
import { counted } from '../words.ts';
import { escaped } from '../xml.ts';
import { formatProblems } from './text.ts';
import { gravityOf, inOrder, sentenceOf, type Verdict } from './verdict.ts';

export function formatJunit(verdict: Verdict): string {
  const files = [...new Set([...verdict.sources.keys(), ...inOrder(verdict).map(({ position }) => position.file)])];
  const cases = files.map((file) => caseOf(file, verdict));
  const failures = cases.filter(({ failed }) => failed).length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="0" time="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="switchyard" ${counts}>`,
    `  <testsuite name="switchyard validate" ${counts}>`,
    ...cases.map(({ text }) => text),
    '  </testsuite>',
    '</testsuites>\n',
  ].join('\n');
}

function caseOf(file: string, verdict: Verdict): { readonly text: string; readonly failed: boolean } {
  const own = verdict.problems.filter(({ position }) => position.file === file);
  const errors = own.filter((problem) => gravityOf(problem, verdict) === 'error');
  const warnings = own.filter((problem) => gravityOf(problem, verdict) === 'warning');
  const told = (problems: typeof own) => escaped(formatProblems({ ...verdict, problems }, false));
  const [first] = inOrder({ ...verdict, problems: errors });
  const message = errors.length === 1 && first ? sentenceOf(first) : counted(errors.length, 'error');
  const name = escaped(verdict.nameInCheckout(file));
  const inner = [
    ...(first ? [`      <failure message="${escaped(message)}" type="${first.rule}">${told(errors)}</failure>`] : []),
    ...(warnings.length > 0 ? [`      <system-out>${told(warnings)}</system-out>`] : []),
  ];
  const start = `    <testcase classname="switchyard.validate" name="${name}" file="${name}" time="0"`;
  return { text: inner.length === 0 ? `${start}/>` : [`${start}>`, ...inner, '    </testcase>'].join('\n'), failed: first !== undefined };
}
