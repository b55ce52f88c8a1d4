import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { describe, it } from 'mocha';
import { type ProgramOptions, runProgram } from '../../src/connections/program.ts';

const options: ProgramOptions = { cwd: tmpdir(), env: { ...process.env, WORD: 'hello' }, timeout: 60_000 };
const sh = (script: string, more: Partial<ProgramOptions> = {}) => runProgram(['sh', '-c', script], { ...options, ...more });

describe('a program on this machine', () => {
  it('gives what it prints', async () => assert.deepEqual(await sh('echo "$WORD, $0"; echo no >&2'), { output: 'hello, sh\n' }));

  it('gets its arguments as they are, past no shell', async () =>
    assert.deepEqual(await runProgram(['printf', '%s|', '$WORD', '; ls'], options), { output: '$WORD|; ls|' }));

  it('gets no input', async () => assert.deepEqual(await sh('cat; echo end'), { output: 'end\n' }));

  const faults: readonly (readonly [string, () => ReturnType<typeof runProgram>, Awaited<ReturnType<typeof runProgram>>])[] = [
    ['ends badly', () => sh('echo half; echo why >&2; exit 3'), { fault: 'ended with 3', stderr: 'why\n' }],
    ['is ended by a signal', () => sh('kill -9 $$'), { fault: 'was ended by SIGKILL', stderr: '' }],
    ['is not there', () => runProgram(['/no/such/program'], options), { fault: 'cannot be started: ENOENT', stderr: '' }],
    [
      'has no name',
      () => runProgram([''], options),
      { fault: 'cannot be started: no program has such a name or such arguments', stderr: '' },
    ],
    ['is no program', () => runProgram([import.meta.filename], options), { fault: 'cannot be started: EACCES', stderr: '' }],
    [
      'does not end, and neither does what it started',
      () => sh('echo begun >&2; sleep 1000 & sleep 1000', { timeout: 300 }),
      { fault: 'did not end within 0.3 s and was stopped', stderr: 'begun\n' },
    ],
    ['prints without end', () => sh('exec cat /dev/zero'), { fault: 'printed more than 64 MiB and was stopped', stderr: '' }],
  ];
  for (const [what, run, end] of faults) it(`that ${what} says so`, async () => assert.deepEqual(await run(), end));

  it('is stopped when the run is', async () => {
    const aborter = new AbortController();
    const running = sh('sleep 1000', { signal: aborter.signal });
    aborter.abort(new Error('enough'));
    await assert.rejects(running, /^Error: enough$/);
    await assert.rejects(sh('true', { signal: aborter.signal }), /^Error: enough$/);
  });
});
