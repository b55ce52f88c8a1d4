// SARIF 2.1.0, for code scanning and editors: the results, and the rules that they break with their help.
import { pathToFileURL } from 'node:url';
import type { Problem } from '../../base/errors.ts';
import { RULES, type Rule, type RuleId } from '../../base/rules.ts';
import { fingerprintsOf } from './fingerprint.ts';
import { gravityOf, inOrder, sentenceOf, type Verdict } from './verdict.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

export function formatSarif(verdict: Verdict): string {
  const problems = inOrder(verdict);
  const rules = [...new Set(problems.map(({ rule }) => rule))].sort();
  const fingerprints = fingerprintsOf(problems, verdict);
  const run = {
    tool: { driver: { name: 'switchyard', semanticVersion: verdict.version, rules: rules.map(ruleOf) } },
    columnKind: 'utf16CodeUnits',
    artifacts: [...verdict.sources.keys()].map((file) => ({ location: locationOf(file, verdict) })),
    results: problems.map((problem, i) => ({
      ...resultOf(problem, verdict),
      ruleIndex: rules.indexOf(problem.rule),
      partialFingerprints: { 'switchyard/v1': fingerprints[i] },
    })),
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, undefined, 2)}\n`;
}

function ruleOf(id: RuleId): object {
  const { title, help, severity }: Rule = RULES[id];
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: help },
    help: { text: help },
    defaultConfiguration: { level: severity },
  };
}

function resultOf(problem: Problem, verdict: Verdict): object {
  const { file, line, column, endLine, endColumn } = problem.position;
  const region = { startLine: line, startColumn: column, endLine, endColumn };
  const place = problem.path === '' ? {} : { logicalLocations: [{ fullyQualifiedName: problem.path }] };
  return {
    ruleId: problem.rule,
    level: gravityOf(problem, verdict),
    message: { text: sentenceOf(problem) },
    locations: [{ physicalLocation: { artifactLocation: locationOf(file, verdict), region }, ...place }],
  };
}

/** From the root of the checkout, for whoever reads it may have it elsewhere; absolute for a file outside of it. */
function locationOf(file: string, { nameInCheckout }: Verdict): object {
  const name = nameInCheckout(file);
  if (name.startsWith('/')) return { uri: pathToFileURL(name).href };
  return { uri: name.split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}
