// Inventories made by chance of pieces that mean something: each is read, or told where it is wrong. Nothing throws, nothing hangs.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { graphOf, listingOf } from '../../../src/playbook/inventory/listing.ts';
import { choiceOf, layersOf } from '../../../src/playbook/inventory.ts';
import { matchHosts } from '../../../src/playbook/pattern.ts';
import { loadTexts } from '../../support/files.ts';

const numRuns = Number(process.env.FUZZ_CASES ?? 2_000);
const seed = Number(process.env.FUZZ_SEED ?? 20_260_101);

const made = (pieces: string, longest = 30) =>
  fc
    .array(
      fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...pieces.split('|')) }, { weight: 1, arbitrary: fc.string({ maxLength: 3 }) }),
      { maxLength: longest },
    )
    .map((parts) => parts.join(''));

const YAML = made(
  'all|g|h|hosts|children|vars|x|web[1:3]|w[3:1]|:|: |, | {|}|[|]|\n|\n  |\n    |\n      |- |yes|0644|12:30|"|\'|&a |*a|<<: *a|!vault |{{ x }}|ansible_port|ansible_password|env|__proto__|constructor|#|null|5',
);
const INI = made(
  '[g]|[h:children]|[g:vars]|[|]|x|web[01:03]|:22|=|a=|1|"|\'|\\|\n|\n\n| |#|;|True|{|}|(|,|ansible_port=|---|g|h|__proto__=1',
);
const JSON_TEXT = made('{|}|[|]|"g"|"hosts"|"children"|"vars"|"_meta"|"hostvars"|"x"|:|,|1|null|"__proto__"');
const PATTERN = made('g|h|x|all|*|?|[|]|[0]|[1:|-1|:|,|!|&|~|(|)|+|web1|.|localhost', 8);

describe('an inventory made by chance', () => {
  const files = fc.record({ yaml: YAML, ini: INI, output: JSON_TEXT, vars: YAML, pattern: PATTERN });

  it('is read, or told where it is wrong', function () {
    this.timeout(numRuns * 100);
    fc.assert(
      fc.property(files, ({ yaml, ini, output, vars, pattern }) => {
        const texts = {
          'h.yml': yaml,
          'h.ini': ini,
          plain: ini,
          'h.sh': '#!/bin/sh\n',
          'group_vars/g.yml': vars,
          'host_vars/x/a.yml': vars,
        };
        const given = {
          names: ['h.yml', 'h.ini', 'plain', 'h.sh', 'a,b:22'],
          programs: ['h.sh'],
          outputs: new Map([['h.sh', { output }]]),
        };
        const { inventory, problems } = loadTexts(texts, given);
        for (const { position, message } of problems) {
          assert.ok(position.line >= 1 && position.column >= 1 && position.endLine >= position.line, JSON.stringify(position));
          assert.notEqual(message.trim(), '');
        }
        const layers = layersOf(inventory);
        for (const host of inventory.hosts.keys())
          for (const { vars: own, positionOf } of layers(host)) for (const name of Object.keys(own)) assert.ok(positionOf(name).line >= 1);
        JSON.stringify(
          listingOf(inventory, new Set(matchHosts(pattern, choiceOf(inventory)).hosts.filter((host) => inventory.hosts.has(host)))),
        );
        graphOf(inventory);
      }),
      { numRuns, seed },
    );
  });
});
