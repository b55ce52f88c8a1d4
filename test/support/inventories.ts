// Inventories as they are met in the field, each read by Ansible and by the runner: test/playbook/inventory/ansible.test.ts.

export interface InventoryCase {
  readonly name: string;
  /** by path */
  readonly files: Readonly<Record<string, string>>;
  /** what is given with -i; the first file where it is left out */
  readonly names?: readonly string[];
  readonly programs?: readonly string[];
  /** the directory of a playbook */
  readonly playbook?: string;
  readonly limit?: string;
}

const META = '"_meta": {"hostvars": {"x": {"v": 1}, "y": {"w": [1, {"a": null}], "t": "{{ v }}"}}}';

/** Read alike. */
export const ALIKE: readonly InventoryCase[] = [
  {
    name: 'YAML: hosts, children, vars',
    files: {
      'h.yml':
        'all:\n  vars: { a: 1 }\n  children:\n    web:\n      hosts:\n        w1: { b: 2 }\n        w2:\n      vars: { a: 2 }\n    db:\n      hosts: { d1: { a: 3 } }\n',
    },
  },
  {
    name: 'YAML: groups beside all',
    files: { 'h.yml': 'all: { hosts: { top: } }\nweb: { hosts: { w1: , w2: } }\ndb: { hosts: { d1: } }\n' },
  },
  {
    name: 'YAML: a host of several groups',
    files: { 'h.yml': 'a: { hosts: { x: { v: 1 } }, vars: { g: a } }\nb: { hosts: { x: { w: 2 }, y: }, vars: { g: b } }\n' },
  },
  {
    name: 'YAML: the same host twice, its variables together',
    files: { 'h.yml': 'a: { hosts: { x: { v: 1, w: 1 } } }\nb: { hosts: { x: { v: 2 } } }\n' },
  },
  {
    name: 'YAML: five levels of groups',
    files: {
      'h.yml':
        'a: { vars: { v: a, a: 1 }, children: { b: { vars: { v: b, b: 1 }, children: { c: { vars: { v: c }, children: { d: { children: { e: { hosts: { x: } } } } } } } } } }\n',
    },
  },
  {
    name: 'YAML: a group with two parents',
    files: { 'h.yml': 'a: { children: { c: }, vars: { v: a } }\nb: { children: { c: }, vars: { v: b } }\nc: { hosts: { x: } }\n' },
  },
  {
    name: 'YAML: the longer way makes a group deeper',
    files: {
      'h.yml':
        'a: { children: { b: { children: { c: } } } }\nd: { children: { c: } }\nc: { hosts: { x: }, vars: { v: c } }\nb: { vars: { v: b } }\nd: { vars: { v: d } }\n'.replace(
          'd: { vars: { v: d } }\n',
          '',
        ),
    },
  },
  {
    name: 'YAML: ansible_group_priority',
    files: {
      'h.yml':
        'a: { hosts: { x: }, vars: { v: a, ansible_group_priority: 10 } }\nb: { hosts: { x: }, vars: { v: b, ansible_group_priority: "2" } }\nc: { hosts: { x: }, vars: { v: c } }\n',
    },
  },
  {
    name: 'YAML: capital letters come first',
    files: {
      'h.yml': 'b: { hosts: { x: }, vars: { v: b } }\nB: { hosts: { x: }, vars: { v: B } }\n_: { hosts: { x: }, vars: { v: _ } }\n',
    },
  },
  {
    name: 'YAML: ranges',
    files: { 'h.yml': 'g:\n  hosts:\n    w[01:03]:\n    d[a:c].x: { v: 1 }\n    n[0:10:5]:\n    r[1:2]c[a:b]:\n    z[:2]:\n    L[y:B]:\n' },
  },
  {
    name: 'YAML: ports',
    files: {
      'h.yml':
        'g: { hosts: { "w[1:2]:2222": { v: 1 }, "d.example.org:22": , "10.0.0.1:23": { ansible_port: 24 }, "[fe80::1]:25": , "fe80::2": } }\nh: { hosts: { "w1:9": } }\n',
    },
  },
  { name: 'YAML: words in place of maps', files: { 'h.yml': 'a:\n  hosts: x\n  children: b\nb:\n  hosts: y\n' } },
  {
    name: 'YAML: empty groups and parts',
    files: { 'h.yml': 'a:\nb: { hosts: }\nc: { children: { d: } }\ne: { vars: , hosts: { x: } }\n' },
  },
  {
    name: 'YAML: kinds of values',
    files: {
      'h.yml':
        'g:\n  hosts: { x: }\n  vars:\n    i: 5\n    f: 1.5\n    t: true\n    n: null\n    s: text\n    l: [1, a, { b: c }]\n    m: { a: { b: [] } }\n    q: "5"\n    z: ~\n    e: ""\n    b: |\n      two\n      lines\n    o: >-\n      one\n      line\n',
    },
  },
  {
    name: 'YAML: what YAML 1.1 makes of words and numbers',
    files: {
      'h.yml':
        'g:\n  hosts: { x: }\n  vars: { a: yes, b: No, c: on, d: OFF, e: y, f: 0644, g: 08, h: 0o17, i: 1_000, j: 12:30, k: 1e3, l: 1.5e+3, m: 0x1F, n: 0b11, o: +5, p: .5, q: 2024-01-02, r: 1.2.3, s: 0.15.0-352, t: 0.10, u: "yes", v: -012, w: 1:2:3, x: 12:75, y: ., z: "" }\n',
    },
  },
  {
    name: 'YAML: anchors, aliases, merge keys',
    files: {
      'h.yml':
        'a: { vars: &v { v: 1, w: 1 }, hosts: { x: { <<: *v, w: 2 } } }\nb: { vars: { <<: [{ p: 1 }, { p: 2, q: 2 }] , l: &l [1, 2] , k: *l }, hosts: { y: } }\n',
    },
  },
  {
    name: 'YAML: templates stay as they are written',
    files: { 'h.yml': 'g: { hosts: { x: { ansible_host: "{{ ip }}", ip: 10.0.0.1 } }, vars: { d: "{{ inventory_dir }}/x" } }\n' },
  },
  {
    name: 'YAML: names of other letters, and names that mean something to programs',
    files: { 'h.yml': 'gruppe: { hosts: { größe: { "schlüssel": wért } } }\n__proto__: { hosts: { constructor: { toString: 1 } } }\n' },
  },
  { name: 'YAML: with --- and comments', files: { 'h.yml': '--- # hosts\n# all of them\ng: # a group\n  hosts:\n    x: # one\n...\n' } },
  { name: 'YAML: with CRLF', files: { 'h.yml': 'g:\r\n  hosts:\r\n    x: { v: 1 }\r\n' } },
  { name: 'YAML: indented with a byte order mark', files: { 'h.yml': '\uFEFFg:\n  hosts: { x: }\n' } },
  {
    name: 'YAML: localhost and its connection',
    files: { 'h.yml': 'all: { hosts: { localhost: { ansible_connection: local }, 127.0.0.1: } }\n' },
  },
  { name: 'YAML without an extension', files: { hosts: 'g:\n  hosts:\n    x: { v: 1 }\n' } },
  { name: 'JSON', files: { 'h.json': '{"g": {"hosts": {"x": {"v": [1, 2.5, null, true]}, "y": null}, "vars": {"w": "\\u00e9"}}}' } },
  { name: 'INI: lines of hosts', files: { hosts: 'x\ny v=1\n\n; comment\n# comment\nz # comment\n' } },
  {
    name: 'INI: sections',
    files: { hosts: 'lone\n[web]\nw1\nw2\n[db]\nd1\n[web:vars]\na=1\n[top:children]\nweb\ndb\n[top:vars]\na=2\nb=3\n' },
  },
  {
    name: 'INI: children before they are declared',
    files: { hosts: '[top:children]\nmiddle\nlow\n[middle:children]\nlow\n[low]\nx\n[low:vars]\nv=low\n[middle:vars]\nv=middle\n' },
  },
  {
    name: 'INI: kinds of values in lines of hosts',
    files: {
      hosts:
        "x a=5 b=1.5 c=True d=yes e='a b' f=\"c d\" g=[1,2] h=\"{'k': [1, 'v']}\" i=None j=0644 k=1,2 l='\"q\"' m= n=a=b o=10.0.0.1 p=0.10 q1=-3 r=1e3\n",
    },
  },
  {
    name: 'INI: kinds of values in [group:vars]',
    files: {
      hosts:
        '[g]\nx\n[g:vars]\na = 5\nb=text with blanks\nc = "quoted" # and a comment\nd = bare # and no comment\ne = [1, "a", {"b": None}]\nf = (1, 2)\ng = {"a": 1}\nh = True\ni = false\nj =\nk = a=b\nl = \'it\'\'s\'\nm = 0o17\nn = 1_000\no = "a" "b"\np = r"\\n"\nq = "\\n"\nr = 5 # five\ns = #5\nt = 00\nu = {1, 1}\nv = ...\nw = ()\nx = "{{ y }}"\ny = 12345678901234\n',
    },
  },
  {
    name: 'INI: quotes, backslashes and # in lines of hosts',
    files: { hosts: 'x a="b \\"c\\" d" b=\'e \\\'\ny v=a#b w=1\nz "v=a b" w=\\\'q\\\' u=a\\ b\n' },
  },
  { name: 'INI: ranges and ports', files: { hosts: '[g]\nw[01:03]:2222 v=1\nd[a:c]\nfe80::1\n[fe80::2]:23\n10.0.0.[1:2]\n' } },
  { name: 'INI: a host of several groups', files: { hosts: '[a]\nx v=1\n[b]\nx w=2\n[a:vars]\ng=a\n[b:vars]\ng=b\n' } },
  { name: 'INI: a section twice', files: { hosts: '[a]\nx\n[b]\ny\n[a]\nz\n[a:vars]\nv=1\n[a:vars]\nv=2\nw=3\n' } },
  {
    name: 'INI: all, ungrouped, priority',
    files: {
      hosts:
        'lone\n[all:vars]\nv=all\n[ungrouped:vars]\nv=ungrouped\n[a]\nx\n[b]\nx\n[a:vars]\nv=a\nansible_group_priority=5\n[b:vars]\nv=b\n',
    },
  },
  { name: 'INI: blanks around everything', files: { hosts: '  [a]  \n   x   v=1   \n\t[a:vars]\n  k  =  v  \n' } },
  { name: 'INI with CRLF', files: { hosts: '[a]\r\nx v=1\r\n[a:vars]\r\nw=text\r\n' } },
  { name: 'INI with any extension', files: { 'hosts.prod': '[a]\nx\n', 'hosts.ini': '[b]\ny\n' }, names: ['hosts.prod', 'hosts.ini'] },
  {
    name: 'program: groups with hosts, vars, children',
    files: {
      'h.sh': `#!/bin/sh\ncat <<'END'\n{"g": {"hosts": ["x", "y"], "vars": {"v": 0, "s": "t"}}, "top": {"children": ["g"]}, ${META}}\nEND\n`,
    },
    programs: ['h.sh'],
  },
  {
    name: 'program: groups that are lists',
    files: { 'h.sh': `#!/bin/sh\necho '{"g": ["x", "y"], "all": {"vars": {"v": 9}}, ${META}}'\n` },
    programs: ['h.sh'],
  },
  {
    name: 'program: hosts that are in no group',
    files: { 'h.sh': `#!/bin/sh\necho '{"all": {"hosts": ["x"]}, ${META}}'\n` },
    programs: ['h.sh'],
  },
  {
    name: 'program beside files, and what it says on stderr',
    files: {
      'h.sh': `#!/bin/sh\necho warning >&2\necho '{"g": {"hosts": ["x"]}, ${META}}'\n`,
      'h.yml': 'g: { hosts: { x: { v: 2 }, z: } }\n',
    },
    programs: ['h.sh'],
    names: ['h.sh', 'h.yml'],
  },
  {
    name: 'program that prints what ansible-inventory prints',
    files: {
      'h.sh': `#!/bin/sh\necho '{"all": {"children": ["ungrouped", "g"]}, "g": {"hosts": ["x"]}, "ungrouped": {"hosts": ["y"]}, "_meta": {"hostvars": {"x": {"v": 1}}, "profile": "inventory_legacy"}}'\n`,
    },
    programs: ['h.sh'],
  },
  { name: 'executable by chance', files: { 'h.yml': 'g: { hosts: { x: } }\n' }, programs: ['h.yml'] },
  { name: 'hosts between commas', files: {}, names: ['a,b, c:2222,10.0.0.1,'] },
  { name: 'one host and a comma', files: {}, names: ['a,'] },
  {
    name: 'several inventories; later ones win',
    files: { 'a.yml': 'g: { hosts: { x: { v: 1 } }, vars: { w: 1 } }\n', 'b.ini': '[g]\nx v=2\ny\n[g:vars]\nw=2\n' },
    names: ['a.yml', 'b.ini', 'z,'],
  },
  {
    name: 'a section about a group of an inventory before',
    files: { 'a.yml': 'g: { hosts: { x: } }\n', b: '[g:vars]\nv=1\n[top:children]\ng\n' },
    names: ['a.yml', 'b'],
  },
  {
    name: 'directory',
    files: {
      'inv/b.yml': 'g: { hosts: { y: } }\n',
      'inv/a': 'x v=1\n',
      'inv/sub/c.ini': '[g]\nz\n',
      'inv/.hidden': '[[',
      'inv/a.bak': '[[',
      'inv/a~': '[[',
      'inv/README.md': '[[',
      'inv/x.cfg': '[[',
      'inv/notes.txt': '[[',
      'inv/x.retry': '[[',
      'inv/x.rst': '[[',
      'inv/group_vars/all.yml': 'v: all\n',
      'inv/sub/group_vars/all.yml': 'w: never\n',
      'inv/host_vars/z.yml': 'u: z\n',
    },
    names: ['inv'],
  },
  {
    name: 'directory with a slash, and a file in it once more',
    files: { 'inv/b.yml': 'g: { hosts: { y: } }\n', 'inv/group_vars/g.yml': 'v: 1\n' },
    names: ['inv/', 'inv/b.yml'],
  },
  {
    name: 'group_vars: of all, of groups, over the inventory',
    files: {
      'h.yml': 'all: { vars: { v: 1, w: 1 } }\ng: { hosts: { x: { u: 1 } }, vars: { v: 2, t: 2 } }\n',
      'group_vars/all.yml': 'v: 3\nw: 3\nu: 3\n',
      'group_vars/g.yml': 't: 4\n',
      'group_vars/other.yml': 'v: 5\n',
    },
  },
  {
    name: 'group_vars: every extension',
    files: {
      'h.yml': 'a: { hosts: { x: } }\nb: { hosts: { x: } }\nc: { hosts: { x: } }\nd: { hosts: { x: } }\n',
      'group_vars/a': 'a: 1\n',
      'group_vars/b.yml': 'b: 1\n',
      'group_vars/c.yaml': 'c: 1\n',
      'group_vars/d.json': '{"d": 1}',
      'group_vars/a.txt': 'e: 1\n',
    },
  },
  {
    name: 'group_vars: which file of several',
    files: {
      'h.yml': 'g: { hosts: { x: } }\n',
      'group_vars/g.yml': 'v: yml\n',
      'group_vars/g.yaml': 'v: yaml\nw: 1\n',
      'group_vars/g.json': '{"v": "json"}',
    },
  },
  {
    name: 'group_vars: directories',
    files: {
      'h.yml': 'g: { hosts: { x: } }\n',
      'group_vars/g/b.yml': 'v: b\nb: 1\n',
      'group_vars/g/a.yml': 'v: a\na: 1\n',
      'group_vars/g/deep/c': 'v: c\n',
      'group_vars/g/deep.d/d.yml': 'd: 1\n',
      'group_vars/g/.e.yml': 'e: 1\n',
      'group_vars/g/f.yml~': 'f: 1\n',
      'group_vars/g/g.txt': 'g: 1\n',
      'group_vars/g.yml': 'b: 2\n',
    },
  },
  {
    name: 'group_vars: empty files',
    files: { 'h.yml': 'g: { hosts: { x: } }\n', 'group_vars/g.yml': '', 'group_vars/all.yml': '---\n', 'host_vars/x.yml': '# nothing\n' },
  },
  { name: 'group_vars: of ungrouped', files: { hosts: 'x\n[g]\ny\n', 'group_vars/ungrouped.yml': 'v: 1\n' } },
  {
    name: 'group_vars: the order of depth and name',
    files: {
      'h.yml': 'b: { hosts: { x: }, children: { a: { hosts: { x: } } } }\nc: { hosts: { x: } }\n',
      'group_vars/a.yml': 'v: a\nw: a\n',
      'group_vars/b.yml': 'v: b\nw: b\nu: b\n',
      'group_vars/c.yml': 'u: c\n',
    },
  },
  {
    name: 'host_vars: over everything',
    files: {
      'h.yml': 'g: { hosts: { x: { v: 1, w: 1 }, y: { v: 1 } } }\n',
      'host_vars/x.yml': 'v: 2\n',
      'host_vars/y/one': 'v: 3\n',
      'host_vars/y/two.json': '{"u": 1}',
      'group_vars/g.yml': 'v: 0\n',
    },
  },
  {
    name: 'vars beside two inventories',
    files: {
      'a/h.yml': 'g: { hosts: { x: } }\n',
      'b/h.yml': 'g: { hosts: { y: } }\n',
      'a/group_vars/g.yml': 'v: a\nw: a\n',
      'b/group_vars/g.yml': 'v: b\n',
      'b/group_vars/all.yml': 'w: b\nu: b\n',
      'a/host_vars/y.yml': 'h: a\n',
      'b/host_vars/y.yml': 'h: b\n',
    },
    names: ['a/h.yml', 'b/h.yml'],
  },
  {
    name: 'vars beside the playbook',
    files: {
      'i/h.yml': 'g: { hosts: { x: { h: 0 } }, vars: { v: 0 } }\n',
      'i/group_vars/all.yml': 'a: i\nv: i\n',
      'i/group_vars/g.yml': 'w: i\n',
      'i/host_vars/x.yml': 'h: i\nk: i\n',
      'p/group_vars/all.yml': 'a: p\nw: p\n',
      'p/group_vars/g.yml': 'v: p\n',
      'p/host_vars/x.yml': 'h: p\n',
    },
    names: ['i/h.yml'],
    playbook: 'p',
  },
  {
    name: 'vars where playbook and inventory stand together',
    files: {
      'h.yml': 'g: { hosts: { x: } }\n',
      'i/h.yml': 'g: { hosts: { y: } }\n',
      'group_vars/g.yml': 'v: here\n',
      'i/group_vars/g.yml': 'v: i\n',
    },
    names: ['h.yml', 'i/h.yml'],
    playbook: '.',
  },
  {
    name: 'vars files of YAML 1.1',
    files: { 'h.yml': 'g: { hosts: { x: } }\n', 'group_vars/g.yml': 'a: yes\nb: 0644\nc: 1e3\n', 'host_vars/x': 'd: off\n' },
  },
  { name: '--limit', files: { 'h.yml': 'a: { hosts: { x: { v: 1 }, y: } }\nb: { hosts: { y: , z: { v: 2 } } }\n' }, limit: 'a:!y' },
  {
    name: 'a fleet: nested groups, ranges, files',
    files: {
      'h.yml':
        'prod:\n  children:\n    prod_web: { hosts: { "web[01:10].prod": }, vars: { tier: web } }\n    prod_db: { hosts: { "db[1:3].prod": { tier: db } } }\nstaging: { children: { staging_web: { hosts: { "web[1:2].staging": } } } }\nweb: { children: { prod_web: , staging_web: } , vars: { port: 80 } }\n',
      'group_vars/prod.yml': 'env: prod\ndns: [1.1.1.1]\n',
      'group_vars/web/main.yml': 'port: 8080\n',
      'group_vars/staging.yaml': 'env: staging\n',
      'host_vars/db2.prod.yml': 'env: special\n',
    },
  },
];

/** Read otherwise, on purpose: docs/inventory.md tells why. */
export interface DifferentCase extends InventoryCase {
  /** what Ansible has: the variables of one host, or the names of all hosts */
  readonly ansible: { readonly host: string; readonly vars: Readonly<Record<string, unknown>> } | { readonly hosts: readonly string[] };
  /** what the runner says instead: place and rule of an error, or the variables of that host */
  readonly here: string | Readonly<Record<string, unknown>>;
}

export const DIFFERENT: readonly DifferentCase[] = [
  {
    name: 'a key given twice',
    files: { 'h.yml': 'g: { hosts: { x: }, vars: { v: 1, v: 2 } }\n' },
    ansible: { host: 'x', vars: { v: 2 } },
    here: 'h.yml:1:35 duplicate-key',
  },
  {
    name: 'a key that no group has',
    files: { 'h.yml': 'g: { host: { x: }, hosts: { y: } }\n' },
    ansible: { hosts: ['y'] },
    here: 'h.yml:1:6 schema-unknown-key',
  },
  {
    name: 'a group that is no map',
    files: { 'h.yml': 'g: { hosts: { x: } }\nh: 5\n' },
    ansible: { hosts: ['x'] },
    here: 'h.yml:2:4 schema-type',
  },
  {
    name: 'a file that cannot be read',
    files: { 'h.yml': 'g: [\n' },
    ansible: { hosts: [] },
    here: 'h.yml:1:4 yaml-syntax',
  },
  {
    name: 'an INI file called .yml',
    files: { 'h.yml': 'x v=1\n' },
    ansible: { host: 'x', vars: { v: 1 } },
    here: 'h.yml:1:1 schema-type',
  },
  { name: 'a file that is not there', files: {}, names: ['gone'], ansible: { hosts: [] }, here: 'gone:1:1 inventory-missing' },
  {
    name: 'a line of INI that says nothing',
    files: { hosts: 'x\ny z\n' },
    ansible: { hosts: ['x'] },
    here: 'hosts:2:3 inventory-ini',
  },
  {
    name: 'a range that stands for no host',
    files: { 'h.yml': 'g: { hosts: { "w[3:1]": , x: } }\n' },
    ansible: { hosts: ['x'] },
    here: 'h.yml:1:15 inventory-range',
  },
  {
    name: 'TOML',
    files: { 'h.toml': '[g.hosts]\nx = { v = 1 }\n' },
    ansible: { host: 'x', vars: { v: 1 } },
    here: 'h.toml:1:1 inventory-format',
  },
  {
    name: 'a plugin',
    files: { 'h.yml': 'plugin: ansible.builtin.generator\nhosts: { name: "x{{ n }}" }\nlayers: { n: [1, 2] }\n' },
    ansible: { hosts: ['x1', 'x2'] },
    here: 'h.yml:1:1 inventory-format',
  },
  {
    name: 'a vault in a value',
    files: { 'h.yml': 'g: { hosts: { x: { v: !vault "$ANSIBLE_VAULT;1.1;AES256\\n6162" } } }\n' },
    ansible: { hosts: ['x'] },
    here: 'h.yml:1:23 vault',
  },
  {
    name: 'text that is no template',
    files: { 'h.yml': 'g: { hosts: { x: { v: !unsafe "{{ x }}" } } }\n' },
    ansible: { host: 'x', vars: { v: { __ansible_unsafe: '{{ x }}' } } },
    here: 'h.yml:1:23 yaml-tag',
  },
  {
    name: 'a program without _meta',
    files: { 'h.sh': '#!/bin/sh\n[ "$1" = --list ] && echo \'{"g": ["x"]}\' || echo \'{"v": 1}\'\n' },
    programs: ['h.sh'],
    ansible: { host: 'x', vars: { v: 1 } },
    here: 'h.sh --list:1:1 inventory-program',
  },
  {
    name: 'a whole number that is too large',
    files: { 'h.yml': 'g: { hosts: { x: { v: 12345678901234567890 } } }\n' },
    ansible: { host: 'x', vars: { v: 12345678901234567000 } },
    here: { v: '12345678901234567890' },
  },
  {
    name: 'group_vars of the working directory',
    files: { 'i/h.yml': 'g: { hosts: { x: } }\n', 'group_vars/g.yml': 'v: 1\n' },
    ansible: { host: 'x', vars: { v: 1 } },
    here: {},
  },
  {
    name: 'a host with the name of a group',
    files: { 'h.yml': 'g: { hosts: { g: { v: 1 }, x: } }\n' },
    ansible: { host: 'x', vars: { v: 1 } },
    here: {},
  },
  {
    name: 'a password',
    files: { 'h.yml': 'g: { hosts: { x: { ansible_password: hunter2 } } }\n' },
    ansible: { host: 'x', vars: { ansible_password: 'hunter2' } },
    here: { ansible_password: '********' },
  },
  {
    name: 'groups in a circle',
    files: { 'h.yml': 'a: { children: { b: { children: { a: } } } }\nc: { hosts: { x: } }\n' },
    ansible: { hosts: [] },
    here: 'h.yml:1:35 inventory-circle',
  },
];
