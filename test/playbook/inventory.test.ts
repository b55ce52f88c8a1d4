import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { hostsOf, layersOf, writtenVars } from '../../src/playbook/inventory.ts';
import { loadTexts } from '../support/files.ts';

const YAML = `
all:
  vars: { color: all, depth: all }
  children:
    trains:
      vars: { color: trains }
      hosts:
        web[01:03]: { port: 1 }
        db: { color: own }
      children:
        inner: { hosts: { web02: }, vars: { color: inner } }
`;

describe('an inventory', () => {
  it('gives hosts of ranges, groups and their children', () => {
    const { inventory, problems } = loadTexts(YAML);
    assert.deepEqual(problems, []);
    assert.deepEqual([...inventory.hosts.keys()], ['web01', 'web02', 'web03', 'db']);
    assert.deepEqual(hostsOf(inventory, 'trains'), ['web01', 'web02', 'web03', 'db']);
    assert.deepEqual(hostsOf(inventory, 'inner'), ['web02']);
    assert.deepEqual(hostsOf(inventory, 'all'), ['web01', 'web02', 'web03', 'db']);
    assert.deepEqual(hostsOf(inventory, 'nowhere'), []);
  });

  it('lets the inner group win over the outer one, and the host over all', () => {
    const vars = writtenVars(loadTexts(YAML).inventory);
    const place = { inventory_dir: '/i', inventory_file: '/i/hosts.yml' };
    assert.deepEqual(vars('web01'), { ...place, color: 'trains', depth: 'all', port: 1 });
    assert.equal(vars('web02').color, 'inner');
    assert.equal(vars('db').color, 'own');
    assert.deepEqual(vars('elsewhere'), { color: 'all', depth: 'all' });
  });

  it('has the groups of one depth in the order of their priority, then of their names', () => {
    const text = (priority: string) =>
      `a: { hosts: { x: }, vars: { v: a${priority} } }\nB: { hosts: { x: }, vars: { v: B } }\nc: { hosts: { x: }, vars: { v: c } }\n`;
    const of = (priority: string) => writtenVars(loadTexts(text(priority)).inventory)('x').v;
    assert.deepEqual([of(''), of(', ansible_group_priority: 2')], ['c', 'a']);
  });

  it('takes the longest way to the outside for the depth of a group', () => {
    const text =
      'a: { children: { b: { children: { c: } } } }\nd: { children: { c: } }\nc: { hosts: { x: }, vars: { v: c } }\nb: { vars: { v: b } }\n';
    assert.equal(writtenVars(loadTexts(text).inventory)('x').v, 'c');
  });

  it('has every host in a group: ungrouped where it is in no other one', () => {
    const { inventory } = loadTexts(
      { 'a.yml': 'all: { hosts: { x:, y: } }\nungrouped: { hosts: { z: } }\n', 'b.yml': 'g: { hosts: { y: , z: } }\n' },
      { names: ['a.yml', 'b.yml'] },
    );
    assert.deepEqual(
      [...inventory.groups.values()].map(({ name, hosts, children }) => ({ name, hosts, children })),
      [
        { name: 'all', hosts: ['x', 'y'], children: ['ungrouped', 'g'] },
        { name: 'ungrouped', hosts: ['x'], children: [] },
        { name: 'g', hosts: ['y', 'z'], children: [] },
      ],
    );
  });

  it('knows where each variable stands, and which of them wins', () => {
    const { inventory } = loadTexts({
      'hosts.yml': YAML,
      'group_vars/all.yml': 'x: 1\ncolor: file\n',
      'group_vars/inner/more': 'color: more\n',
      'host_vars/web02.json': '{ "color": "json" }\n',
    });
    const levels = layersOf(inventory)('web02').flatMap(({ level, of, vars, positionOf }) => {
      const { file, line, column } = positionOf('color');
      return Object.hasOwn(vars, 'color') ? [`${level} ${of} ${vars.color} ${file}:${line}:${column}`] : [];
    });
    assert.deepEqual(levels, [
      'group all all hosts.yml:3:11',
      'group trains trains hosts.yml:6:15',
      'group inner inner hosts.yml:11:45',
      'group all file group_vars/all.yml:2:1',
      'group inner more group_vars/inner/more:1:1',
      'host web02 json host_vars/web02.json:1:3',
    ]);
  });

  it('of several files is one; later ones win', () => {
    const { inventory } = loadTexts(
      { 'a.yml': 'g: { hosts: { x: { v: 1 } } }\n', 'b.yml': 'g: { hosts: { x: { v: 2 }, y: } }\n' },
      { names: ['a.yml', 'b.yml'] },
    );
    assert.deepEqual([hostsOf(inventory, 'g'), writtenVars(inventory)('x').v], [['x', 'y'], 2]);
  });

  it('of groups in a circle is told so, and has an end', () => {
    const text = 'a: { children: { b: } }\nb: { children: { c: } }\nc: { hosts: { x: }, children: { a: , all: } }\n';
    const { inventory, problems } = loadTexts(text);
    assert.deepEqual(
      problems.map(({ rule, position: { line, column }, message }) => `${line}:${column} ${rule}: ${message}`),
      [
        '3:33 inventory-circle: a cannot be a child of c, which it holds itself',
        '3:38 inventory-circle: all holds every group and cannot be a child of c',
      ],
    );
    assert.deepEqual(hostsOf(inventory, 'a'), ['x']);
  });

  it('is read with work that grows with its hosts, and no more', () => {
    const looks = (hosts: number) => {
      let count = 0;
      const text = `g: { hosts: { "h[1:${hosts}]": { v: 1 } }, vars: { w: 2 } }\n`;
      const { inventory } = loadTexts({ 'hosts.yml': text, 'host_vars/h1.yml': 'v: 2\n' });
      const folders = inventory.folders.map((folder) => ({
        ...folder,
        hosts: {
          get(name: string) {
            count++;
            return folder.hosts.get(name);
          },
        } as ReadonlyMap<string, never>,
      }));
      const vars = writtenVars({ ...inventory, folders });
      const values = [...inventory.hosts.keys()].map((host) => vars(host).v);
      assert.deepEqual([values.length, values[0], values[1]], [hosts, 2, 1]);
      return count;
    };
    assert.deepEqual([looks(100), looks(5_000)], [100, 5_000]);
  });
});
