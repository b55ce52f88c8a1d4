import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { layersOf, writtenVars } from '../../../src/playbook/inventory.ts';
import { loadTexts } from '../../support/files.ts';

const INI = `; a comment
lone ansible_host=10.0.0.1   # of no group
[web] # of the web
w[01:02]:2222 x=5 y='a b' on=True
[web:vars]
name = "web" # quoted
both=5=6
[top:children]
web
[db]
`;

describe('an inventory of INI', () => {
  it('has hosts, children and variables in sections', () => {
    const { inventory, problems } = loadTexts({ hosts: INI });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      [...inventory.groups.values()].map(({ name, hosts, children }) => [name, hosts, children]),
      [
        ['all', [], ['ungrouped', 'top', 'db']],
        ['ungrouped', ['lone'], []],
        ['web', ['w01', 'w02'], []],
        ['top', [], ['web']],
        ['db', [], []],
      ],
    );
    const { inventory_dir: _dir, inventory_file: _file, ...vars } = writtenVars(inventory)('w02');
    assert.deepEqual(vars, { ansible_port: 2222, name: 'web', both: '5=6', x: 5, y: 'a b', on: true });
  });

  it('knows where each variable stands', () => {
    const { inventory } = loadTexts({ hosts: INI });
    const places = layersOf(inventory)('w01').flatMap(({ vars, positionOf }) =>
      Object.keys(vars).map((name) => `${name} ${positionOf(name).line}:${positionOf(name).column}-${positionOf(name).endColumn}`),
    );
    assert.deepEqual(places, [
      'name 6:1-22',
      'both 7:1-9',
      'ansible_port 4:1-14',
      'inventory_file 4:1-14',
      'inventory_dir 4:1-14',
      'x 4:15-18',
      'y 4:19-26',
      'on 4:27-34',
    ]);
  });

  const faults: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'has lines that say nothing',
      "[g:host]\na\n[b c]\n[g]\na b\n c d='x\n---\nhost:\n[g:vars]\nx\n[g:children]\na b\n",
      [
        '1:1-9 inventory-ini: a section is of hosts, children or vars, not host; did you mean hosts?',
        '3:1-6 inventory-ini: [b c] is no section; write [group], [group:children] or [group:vars]',
        '5:3-4 inventory-ini: b is no variable of a host; write name=value',
        '6:2-8 inventory-ini: the line has a \' that is not closed; write "…" around the whole value',
        '7:1-4 inventory-ini: --- is no host; a file of YAML has a name that ends in .yml',
        '8:1-6 inventory-ini: host: is no host; a file of YAML has a name that ends in .yml',
        '10:1-2 inventory-ini: x is no variable; write name=value',
        '12:1-4 inventory-ini: a b is no name of a group; ',
      ],
    ],
    [
      'uses groups that it does not declare',
      '[web]\na\n[wbe:vars]\nx=1\n[top:children]\nweb\nother\n',
      [
        '3:1-11 inventory-unknown-group: these are variables of wbe, which is no group; did you mean web?',
        '7:1-6 inventory-unknown-group: top has the child other, which is no group; write a section [other]',
      ],
    ],
    ['has a range that runs backwards', '\nw[3:1] x=1\n', ['2:1-7 inventory-range: w[3:1] has a range that runs backwards; ']],
    [
      'has a port that is none',
      'a ansible_port=ssh\n[g]\nb\n[g:vars]\nansible_user=[1]\n',
      ['1:3-19 schema-pattern: must be a number, not "ssh"; ', '5:1-17 schema-type: must be a text, not [1]; '],
    ],
  ];
  for (const [what, text, says] of faults) {
    it(`that ${what} is told so, with the place`, () => {
      assert.deepEqual(
        loadTexts({ hosts: text }).problems.map(
          ({ rule, position: { line, column, endColumn }, message, hint }) =>
            `${line}:${column}-${endColumn} ${rule}: ${message}; ${hint ?? ''}`,
        ),
        says,
      );
    });
  }

  it('may use a group that an inventory before it declares', () => {
    const { problems } = loadTexts({ 'a.yml': 'web: { hosts: { a: } }\n', 'b.ini': '[web:vars]\nx=1\n' }, { names: ['a.yml', 'b.ini'] });
    assert.deepEqual(problems, []);
  });
});
