// What programs read of a validation: whole documents, and each of them read back by what reads it in the field, or held against its published schema.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { Ajv } from 'ajv';
import Ajv04 from 'ajv-draft-04';
import { parse } from 'junit2json';
import { describe, it } from 'mocha';
import { formatGithub } from '../../../src/report/validation/github.ts';
import { formatGitlab } from '../../../src/report/validation/gitlab.ts';
import { formatJson } from '../../../src/report/validation/json.ts';
import { formatJunit } from '../../../src/report/validation/junit.ts';
import { formatSarif } from '../../../src/report/validation/sarif.ts';
import type { Verdict } from '../../../src/report/validation/verdict.ts';
import { AWAY, MISSPELT, UNUSED, VALID, VERDICT } from './verdict.ts';

const strict: Verdict = { ...VERDICT, strict: true };
const SCHEMAS = resolve(import.meta.dirname, '../../../schemas');

describe('problems as JSON', () => {
  const validate = new Ajv({ allErrors: true, strict: false }).compile(JSON.parse(readFileSync(`${SCHEMAS}/validation.json`, 'utf8')));

  it('are one versioned object', () => {
    assert.deepEqual(JSON.parse(formatJson(VERDICT)), {
      version: 1,
      valid: false,
      files: ['es7.yml', 'sub/other one.yml', 'good.yml'],
      errors: 2,
      warnings: 1,
      problems: [
        { ...UNUSED, severity: 'warning' },
        { ...MISSPELT, severity: 'error' },
        { ...withoutHint(AWAY), severity: 'error' },
      ],
    });
  });

  for (const [what, verdict] of [
    ['with problems', VERDICT],
    ['with warnings that count', strict],
    ['without any', VALID],
  ] as const) {
    it(`are as their schema says: ${what}`, () => {
      validate(JSON.parse(formatJson(verdict)));
      assert.deepEqual(validate.errors ?? [], []);
    });
  }
});

describe('problems for GitHub', () => {
  it('are workflow commands, errors first, with everything escaped that would end them', () => {
    assert.deepEqual(formatGithub(VERDICT).split('\n'), [
      '::error file=deploy/es7.yml,line=4,endLine=4,col=11,endColumn=17,title=schema-value::must be running, stopped or absent, not "stoped"; did you mean stopped?',
      '::error file=deploy/sub/other one.yml,line=4,endLine=4,col=11,endColumn=17,title=schema-value::must be running, stopped or absent, not "stoped"',
      '::warning file=deploy/es7.yml,line=3,endLine=5,title=step-unused::delay has no effect here: 100 %25, so to say',
      '',
    ]);
    const odd = { ...MISSPELT, message: 'a\r\nb: c, d', position: { ...MISSPELT.position, file: 'a,b:c.yml' } };
    assert.equal(
      formatGithub({ ...VERDICT, problems: [odd] }),
      '::error file=deploy/a%2Cb%3Ac.yml,line=4,endLine=4,col=11,endColumn=17,title=schema-value::a%0D%0Ab: c, d; did you mean stopped?\n',
    );
  });

  it('are nothing where there are none', () => assert.equal(formatGithub(VALID), ''));
});

describe('problems for GitLab', () => {
  const issues = (verdict: Verdict) => JSON.parse(formatGitlab(verdict)) as { fingerprint: string; location: unknown }[];

  it('are a list of issues', () => {
    const [first, second] = issues(VERDICT);
    assert.deepEqual(
      { ...second, fingerprint: '' },
      {
        description: 'must be running, stopped or absent, not "stoped"; did you mean stopped?',
        check_name: 'schema-value',
        fingerprint: '',
        severity: 'major',
        location: { path: 'deploy/es7.yml', lines: { begin: 4, end: 4 } },
      },
    );
    assert.deepEqual((first as unknown as { severity: string }).severity, 'minor');
    assert.deepEqual(issues(VALID), []);
  });

  it('have fingerprints of their own, which stay when lines are put above them', () => {
    const twice = { ...VERDICT, problems: [MISSPELT, { ...MISSPELT, position: { ...MISSPELT.position, line: 5, endLine: 5 } }] };
    const line = '\t- state: stoped # über\n';
    const sources = (text: string) => new Map([['es7.yml', text]]);
    const before = issues({ ...twice, sources: sources(`name: x\nstages:\n  - steps:\n${line}${line}`) }).map(
      ({ fingerprint }) => fingerprint,
    );
    const moved = twice.problems.map((problem) => ({
      ...problem,
      position: { ...problem.position, line: problem.position.line + 2, endLine: problem.position.endLine + 2 },
    }));
    const after = issues({ ...twice, problems: moved, sources: sources(`# new\n# new\nname: x\nstages:\n  - steps:\n${line}${line}`) });
    assert.equal(new Set(before).size, 2);
    assert.deepEqual(
      after.map(({ fingerprint }) => fingerprint),
      before,
    );
    assert.match(before[0]!, /^[0-9a-f]{32}$/);
  });
});

describe('problems as SARIF', () => {
  const schema = createRequire(import.meta.url)('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as object;
  const validate = new Ajv04.default({ allErrors: true, strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);

  for (const [what, verdict] of [
    ['with problems', VERDICT],
    ['with warnings that count', strict],
    ['without any', VALID],
    ['outside of the checkout', { ...VERDICT, nameInCheckout: (file: string) => `/srv/${file}` }],
  ] as const) {
    it(`are as the published schema says: ${what}`, () => {
      validate(JSON.parse(formatSarif(verdict)));
      assert.deepEqual(validate.errors ?? [], []);
    });
  }

  it('are told with their rules, and columns in UTF-16', () => {
    const [run] = (JSON.parse(formatSarif(VERDICT)) as { runs: readonly [Run] }).runs;
    const { driver } = run.tool;
    assert.deepEqual([run.columnKind, run.artifacts.length], ['utf16CodeUnits', 3]);
    assert.deepEqual([driver.name, driver.semanticVersion], ['switchyard', '0.1.0']);
    assert.deepEqual(
      driver.rules.map(({ id }) => id),
      ['schema-value', 'step-unused'],
    );
    assert.ok(driver.rules.every(({ help }) => help.text.length > 20));
    const { partialFingerprints, ...second } = run.results[1]!;
    assert.deepEqual(Object.keys(partialFingerprints), ['switchyard/v1']);
    assert.deepEqual(second, {
      ruleId: 'schema-value',
      ruleIndex: 0,
      level: 'error',
      message: { text: 'must be running, stopped or absent, not "stoped"; did you mean stopped?' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'deploy/es7.yml', uriBaseId: '%SRCROOT%' },
            region: { startLine: 4, startColumn: 11, endLine: 4, endColumn: 17 },
          },
          logicalLocations: [{ fullyQualifiedName: 'stages/0/steps/0/state' }],
        },
      ],
    });
    const uris = run.results.map(({ locations }) => locations[0].physicalLocation.artifactLocation.uri);
    assert.deepEqual(uris, ['deploy/es7.yml', 'deploy/es7.yml', 'deploy/sub/other%20one.yml']);
  });
});

describe('problems as JUnit', () => {
  it('are a test case a file, failed where the file has errors', async () => {
    const read = (await parse(formatJunit(VERDICT))) as unknown as { testsuite: { tests: number; failures: number; testcase: Case[] }[] };
    const [suite] = read.testsuite;
    assert.deepEqual([suite!.tests, suite!.failures], [3, 2]);
    assert.deepEqual(
      suite!.testcase.map(({ name, failure }) => [name, failure?.map(({ message, type }) => [message, type])]),
      [
        ['deploy/es7.yml', [['must be running, stopped or absent, not "stoped"; did you mean stopped?', 'schema-value']]],
        ['deploy/sub/other one.yml', [['must be running, stopped or absent, not "stoped"', 'schema-value']]],
        ['deploy/good.yml', undefined],
      ],
    );
    assert.match(suite!.testcase[0]!.failure![0]!.inner, /^es7\.yml:4:11: error: .*\n {2}4 \| \t- state: stoped # über\n/);
    assert.match(suite!.testcase[0]!['system-out']![0]!, /^es7\.yml:3:5: warning: /);
  });

  it('hold nothing that XML does not allow', async () => {
    const odd = { ...MISSPELT, message: '<&>"\u0000\u001b\ud800\uffff]]>' };
    const text = formatJunit({ ...VERDICT, problems: [odd, { ...odd, hint: undefined }] });
    const read = (await parse(text)) as unknown as { testsuite: { testcase: Case[] }[] };
    assert.equal(read.testsuite[0]!.testcase[0]!.failure![0]!.message, '2 errors');
    assert.ok(read.testsuite[0]!.testcase[0]!.failure![0]!.inner.includes('<&>"\ufffd\ufffd\ufffd\ufffd]]>'));
  });
});

interface Run {
  readonly columnKind: string;
  readonly tool: {
    readonly driver: {
      readonly name: string;
      readonly semanticVersion: string;
      readonly rules: readonly { readonly id: string; readonly help: { readonly text: string } }[];
    };
  };
  readonly artifacts: readonly unknown[];
  readonly results: readonly {
    readonly partialFingerprints: Readonly<Record<string, string>>;
    readonly locations: readonly [{ readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } }];
  }[];
}

interface Case {
  readonly name: string;
  readonly failure?: readonly { readonly message: string; readonly type: string; readonly inner: string }[];
  readonly 'system-out'?: readonly string[];
}

function withoutHint({ hint: _hint, ...rest }: typeof AWAY): Omit<typeof AWAY, 'hint'> {
  return rest;
}
