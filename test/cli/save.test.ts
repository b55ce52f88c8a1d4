import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { requirePlace, saveFile } from '../../src/cli/save.ts';

describe('a saved file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'switchyard-save-'));
  const at = (name: string) => join(directory, name);

  it('takes the place of the one before, with its own mode', () => {
    writeFileSync(at('plan.json'), 'old', { mode: 0o644 });
    saveFile(at('plan.json'), 'new', 0o600);
    assert.deepEqual([readFileSync(at('plan.json'), 'utf8'), statSync(at('plan.json')).mode & 0o777], ['new', 0o600]);
    assert.deepEqual(readdirSync(directory), ['plan.json']);
  });

  it('is not there where it cannot take its name, and nothing is left aside', () => {
    mkdirSync(at('full'));
    writeFileSync(at('full/x'), '');
    assert.throws(() => saveFile(at('full'), 'new', 0o600), { code: 'EISDIR' });
    assert.deepEqual(readdirSync(directory).sort(), ['full', 'plan.json']);
  });

  it('is asked for a place beforehand', () => {
    requirePlace(at('plan.json'));
    requirePlace(at('other.json'));
    assert.throws(() => requirePlace(at('none/plan.json')), {
      message: `cannot write ${at('none/plan.json')}: there is no directory ${at('none')}`,
    });
    assert.throws(() => requirePlace(at('plan.json/x')), {
      message: `cannot write ${at('plan.json/x')}: there is no directory ${at('plan.json')}`,
    });
    assert.throws(() => requirePlace(at('full')), { message: `cannot write ${at('full')}: it is there, and is no file` });
    symlinkSync('/dev/null', at('null'));
    assert.throws(() => requirePlace(at('null')), { message: `cannot write ${at('null')}: it is there, and is no file` });
  });
});
