// What MongoDB tells of the release: the newest of the product's migrations that its databases have been through.
import { messageOf, TaskError } from '../base/errors.ts';
import { compareReleases, parseRelease } from '../base/release.ts';
import type { Evidence } from '../releases/detection.ts';
import { roleOf } from './compose_config.ts';
import type { Target } from './module.ts';
import { containerOf, type Server } from './server_evidence.ts';

/** Printed a line each. The shell of these releases' images; newer ones have another, and say so by its absence. */
const QUERY = 'db.versions.distinct("num").forEach(function (num) { print(num) })';

/** ms: a database that runs answers at once. */
const PATIENCE = 20_000;

/** One piece: the highest number, or why there is none. Only a running container can be asked. */
export async function readMongoMark({ services, containers }: Server, target: Target): Promise<Evidence[]> {
  const service = services.find((candidate) => roleOf(candidate) === 'mongo');
  const container = service && containerOf(service, containers);
  if (!container) return [];
  const source = `backend.versions in ${container.name}`;
  if (container.state !== 'running') return [{ kind: 'mongo', source, says: 'nothing: it does not run' }];
  const argv = ['docker', 'exec', container.name, 'mongo', '--quiet', 'backend', '--eval', QUERY];
  try {
    const { code, stdout, stderr } = await target.connection.exec(argv, { signal: target.signal, timeout: PATIENCE });
    const marks = stdout
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => /^\d+(?:\.\d+)+$/.test(line));
    const [newest] = marks.sort((one, other) => compareReleases(parseRelease(other)!, parseRelease(one)!));
    if (newest !== undefined) return [{ kind: 'mongo', source, says: `at least ${newest}`, release: newest }];
    const why =
      code === 0 ? 'no migration is recorded' : (stderr.trim() || stdout.trim()).split('\n').at(-1) || `the shell ended with ${code}`;
    return [{ kind: 'mongo', source, says: `nothing: ${target.secrets.mask(why)}` }];
  } catch (error) {
    if (!(error instanceof TaskError) || target.signal.aborted) throw error;
    return [{ kind: 'mongo', source, says: `nothing: ${messageOf(error)}` }];
  }
}
