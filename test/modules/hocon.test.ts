import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { settingIn } from '../../src/modules/hocon.ts';

describe('a setting of a configuration file', () => {
  const FOUND: readonly (readonly [what: string, text: string, value: string | undefined])[] = [
    ['nested braces', 'auth {\n  fixed_users {\n    enabled: true\n    users: [ { username: "a", password: "b" }, ]\n  }\n}', 'true'],
    ['a dotted key', 'auth.fixed_users.enabled = true', 'true'],
    ['a dotted key before braces', 'auth.fixed_users { pass_hashed: false, enabled = true }', 'true'],
    ['braces, then a dotted key', 'auth {\n fixed_users.enabled: yes\n}', 'yes'],
    ['quoted keys, as in JSON', '{"auth": {"fixed_users": {"enabled": true}}}', 'true'],
    ['a value in quotes', 'auth.fixed_users.enabled: "true" # or not', 'true'],
    ['an equals sign before braces', 'auth = {\n fixed_users = {\n enabled = true } }', 'true'],
    ['the last of several', 'auth.fixed_users.enabled: true\nauth { fixed_users { enabled: false } }', 'false'],
    ['what stands behind a list with braces', 'auth { users: [ { a: 1 } ], fixed_users: { enabled: true } }', 'true'],
    ['a substitution as it is written', 'auth.fixed_users.enabled: ${?FIXED}', '${?FIXED}'],
    ['an object added to another', 'auth: ${base} { fixed_users { enabled: true } }', 'true'],
    ['nothing in a comment', '# auth.fixed_users.enabled: true\nauth { // fixed_users { enabled: true }\n}', undefined],
    ['nothing in a string', 'note: "auth { fixed_users { enabled: true } }"', undefined],
    ['nothing in a text of several lines', 'note: """\nauth.fixed_users.enabled: true\n"""', undefined],
    ['nothing in a list', 'all: [ { auth: { fixed_users: { enabled: true } } } ]', undefined],
    ['nothing of another object', 'other { fixed_users { enabled: true } }\nauth { cookies { max_age: 1 } }', undefined],
    ['nothing where the object is taken back', 'auth.fixed_users { enabled: true }\nauth.fixed_users: null', undefined],
    ['nothing in an empty file', '', undefined],
  ];
  for (const [what, text, value] of FOUND) {
    it(`is found: ${what}`, () => assert.equal(settingIn(text, 'auth.fixed_users.enabled'), value));
  }
});
