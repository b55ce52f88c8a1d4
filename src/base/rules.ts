// Every rule that a file can break, in one table: docs/rules.md and the rules of a SARIF report are made of it.
// A rule that is added here gets a folder in test/fixtures/rules/ as well (its README says how).

/** `help` says in one to three sentences what the rule is for and what to do. A warning fails a file with --strict only. */
export interface Rule {
  readonly severity: 'error' | 'warning';
  readonly title: string;
  readonly help: string;
  /** says that something is not there: not told where it may stand in a part of a file that could not be read, see echo.ts */
  readonly isOfAbsence?: boolean;
}

const error = (title: string, help: string): Rule => ({ severity: 'error', title, help });
const warning = (title: string, help: string): Rule => ({ severity: 'warning', title, help });
const absence = (rule: Rule): Rule => ({ ...rule, isOfAbsence: true });

/** By id, in the order of the page. An id is for good: others put it into their reports and suppressions. */
export const RULES = {
  'file-encoding': error(
    'the file is no text of UTF-8',
    'Files are UTF-8, with or without a byte order mark; what else they are cannot be guessed.',
  ),
  'control-character': error(
    'a control character',
    'YAML allows tabs and line feeds only; an escape in double quotes stands for any other one.',
  ),
  'invisible-character': warning(
    'a character that cannot be seen',
    'Marks of direction make a file look otherwise than it is; characters without width make two names of what looks like one.',
  ),
  'yaml-syntax': error('the text is no YAML', 'What can be read of the rest is judged all the same.'),
  'yaml-limit': error(
    'too deep or too long',
    'A file has at most 100 lists and maps in each other and 2,000,000 words and marks; one that has more is taken for an attack.',
  ),
  'yaml-tabs': error('a tab as indentation', 'YAML indents with blanks only.'),
  'yaml-documents': error('several documents in one file', 'A file holds one document; what comes after the second --- would not count.'),
  'yaml-version': error('another version of YAML', 'Files are YAML 1.2 with merge keys; no line of theirs changes that.'),
  'yaml-merge': error('nothing to merge', 'The value of << is a map, or a list of maps, mostly an alias of one.'),
  'yaml-quotes': error('a template without quotes', 'YAML reads {{ x }} at the beginning of a value as a map: write "{{ x }}".'),
  'yaml-key': error('a key that is no text', 'A list or a map cannot be a key.'),
  'yaml-tag': error('an unknown tag', "Only YAML's own tags are known; !unsafe and the like are not."),
  'yaml-ansible': warning(
    'a value that Ansible reads in its own way',
    'In inventories values are read as Ansible reads them, by YAML 1.1: yes is true, 0644 is 420, 12:30 is 750, 1e3 is a text. Quotes make a text of anything.',
  ),
  vault: error(
    "what Ansible's vault has encrypted",
    'The runner does not open vaults. A secret may be a reference instead: { env: NAME }, { file: PATH } or { command: [argv] }.',
  ),
  'yaml-alias': error(
    'an alias that repeats nothing',
    'An alias repeats what its anchor (&name) marks: earlier in the file, and not around the alias.',
  ),
  'yaml-alias-bomb': error('aliases that multiply', 'Aliases of aliases make a small file huge; this one is taken for an attack.'),
  'yaml-number': error('a number that cannot be kept', 'Numbers are kept to 15 digits, and none is infinite: quotes make a text of it.'),
  'yaml-ambiguous': warning(
    'a value that Ansible reads otherwise',
    'Files are read as YAML 1.2, where yes is a text and 0777 is 777. Ansible reads YAML 1.1. Write what both read alike.',
  ),
  'duplicate-key': error('a key given twice', 'YAML would let the second one win without a word.'),
  'schema-empty': error('an empty playbook', 'A playbook is a map with apiVersion, name, hosts and stages.'),
  'schema-type': error('a value of the wrong kind', 'YAML reads 0.10 as a number and yes as a text: quotes make a text of anything.'),
  'schema-required': absence(error('something is missing', 'The place is that of the map in which the key is missing.')),
  'schema-unknown-key': error('an unknown key', 'Keys are checked, so that a misspelt one is not passed over.'),
  'schema-value': error('a value that is not one of those allowed', 'The values allowed are those told.'),
  'schema-pattern': error('a text that does not have its form', 'The text has to match the pattern told.'),
  'schema-limit': absence(
    error('too little or too much', 'A number, the length of a text or the size of a list is outside of its limits.'),
  ),
  'schema-choice': error('none of the allowed forms', 'The value may be written in one of several ways, and is in none of them.'),
  'schema-together': error('keys that do not go together', 'One of the keys needs another one beside it, or may not stand beside it.'),
  'include-missing': error(
    'an included file that is not there',
    'An include is relative to the file that it stands in. Names that are not known may be declared in the missing file, so they are not told of.',
  ),
  'include-kind': error(
    'an included file of another kind',
    'A file that is included is a list of what stands beside the include: stages, or steps.',
  ),
  'include-cycle': error('files that include each other', 'The items would have no end.'),
  'include-template': error(
    'a template in an include',
    'What a playbook is made of is known before any host is: nothing can be filled in.',
  ),
  'include-bomb': error(
    'includes that multiply',
    'Files that include each other many times over make a small playbook huge; this one is taken for an attack.',
  ),
  'unknown-host': error(
    'hosts that the inventory does not have',
    'Every word of the pattern under hosts is a group or a host of the inventory given with -i. Without -i nothing is said of it.',
  ),
  'serial-unreachable': error(
    'a batch to which no host is left',
    'Batches come in the order in which they are written; after "100%" all hosts are through.',
  ),
  'serial-sum': warning('shares of more than all hosts', 'The last batch is of what is left, whatever its share: "100%" says so.'),
  'tags-part-migration': absence(
    warning(
      'tags by which a run would migrate without shutting down',
      'With one tag, or without one, a step that migrates Elasticsearch would be left and an earlier one that stops the server would not. Such a run is refused.',
    ),
  ),
  'requires-runner': error('a newer runner is needed', 'The playbook says under requires which runner it was written for.'),
  'duplicate-name': error(
    'a name given twice',
    'Stages, the steps of a stage, inputs, variables and registers are known by their names, so each name stands for one thing.',
  ),
  'reserved-name': error('a name that means something else', 'Words of the expression language cannot be names.'),
  'input-default': error(
    'a default that the input would refuse',
    'The default is held against type, pattern and enum, as any other value.',
  ),
  'input-secret': warning(
    'a secret in the playbook',
    'The default of a sensitive input is there for everyone who reads the playbook. Where a secret is to be read may stand in its place.',
  ),
  'input-pattern': error('a pattern that is none', 'A pattern is a regular expression of RE2.'),
  'step-modules': absence(
    error('a step without a module, or with several', 'A step does one thing: besides the keys of every step it has one module.'),
  ),
  'step-unknown-module': error('an unknown module', 'The key that is none of the keys of every step names the module.'),
  'step-unsupported': error("a key of Ansible's that is not there", 'It would change what the step does, so it is not passed over.'),
  'step-unused': warning(
    'a key without effect',
    'delay is the time between tries, and nothing is tried again without retries or until; become_user needs become; run_once leaves nothing to throttle.',
  ),
  'step-template': error(
    'a template where none is filled in',
    'This value has to be known before the run. Templates stand among the arguments of a module, in environment and in vars.',
  ),
  'run-once-part': error(
    'run_once where not every host comes',
    'Only hosts that have failed come to rescue, and only those that were notified to a handler: there is no first of all hosts.',
  ),
  'loop-list': error('a loop over what is no list', 'loop is a list, or one whole {{ expression }} that gives one.'),
  'notify-unknown': absence(error('a handler that is not there', 'notify names handlers of the same stage.')),
  'notify-order': error(
    'a handler that has run already',
    'Handlers run once, at the end of the stage, in the order in which they are written: one can notify only those after it.',
  ),
  'handler-unused': absence(warning('a handler that never runs', 'A handler runs only if a step of its stage notifies it.')),
  'expression-syntax': error('an expression that cannot be read', 'The language of expressions is told in docs/playbook.md.'),
  'expression-braces': error('braces around an expression', 'when, until and that are expressions already.'),
  'undefined-name': absence(
    error(
      'a name that is nowhere',
      'Names are inputs, vars, registers of earlier steps, and what the runner knows: facts, run, inventory_hostname.',
    ),
  ),
  'undefined-attribute': error(
    'an attribute that is not there',
    'What facts and the outputs of a module hold is known, so a misspelt attribute is found here.',
  ),
  'register-later': absence(error('a register used before it is set', 'Steps run in the order in which they are written.')),
  'inventory-value': error(
    'a value that the playbook does not take',
    'A variable with the name of an input is a value for it: of its type, by its pattern, and with templates that can be filled in.',
  ),
  'inventory-missing': error('an inventory that is not there', 'Give the name of a file, or hosts with a comma after each.'),
  'inventory-format': error(
    'an inventory of another format',
    'Inventories are YAML, INI, or what a program prints. TOML and the configuration of an inventory plugin are for Ansible to turn into one.',
  ),
  'inventory-ini': error(
    'a line that no INI inventory has',
    'Sections are [group], [group:children] and [group:vars]; a host has its variables in its line, as name=value.',
  ),
  'inventory-unknown-group': error(
    'a section about a group that is not there',
    'A child and [group:vars] need a section [group] or [group:children], in this file or in one before it.',
  ),
  'inventory-same-name': warning(
    'a host and a group of one name',
    'In patterns the name means the host; to Ansible the variables that are written at the host are those of the group.',
  ),
  'inventory-circle': error('groups in a circle', 'A group cannot hold one that holds it, and nothing holds all.'),
  'inventory-program': error(
    'a program that prints no inventory',
    'With --list it prints what ansible-inventory --list prints: groups, and the variables of the hosts under _meta. validate does not run it.',
  ),
  'inventory-unknown-variable': warning(
    'a variable of the connection that the runner does not know',
    'Names that begin with ansible_ and have no meaning here are passed over; each is told once.',
  ),
  'inventory-range': error(
    'a range that stands for no host',
    'web[01:20] stands for twenty hosts; the smaller end comes first, no range stands for more than 10,000, and no inventory has more than 100,000.',
  ),
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof RULES;

/** How grave a problem of this rule is. */
export function severityOf({ rule }: { readonly rule: RuleId }): Rule['severity'] {
  return RULES[rule].severity;
}

/** Whether a problem of this rule fails a file by itself. */
export function isError(problem: { readonly rule: RuleId }): boolean {
  return severityOf(problem) === 'error';
}
