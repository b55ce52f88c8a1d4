// What the API server's own log says of its start. It answers pings even where its initialisation failed, so its log has to be asked.
import { type Docker, logText } from '../connections/docker.ts';
import { FAILURE_LINES } from '../releases/releases.ts';
import { type ComposeService, roleOf } from './compose_config.ts';
import type { ContainerSummary } from './compose_project.ts';
import type { Target } from './module.ts';
import { containerOf } from './server_evidence.ts';

/** The lines that tell of a failure, since the container's last start; none where it does not run. */
export async function readLogErrors(
  { services, containers, docker }: { services: readonly ComposeService[]; containers: readonly ContainerSummary[]; docker: Docker },
  target: Target,
): Promise<string[]> {
  const service = services.find((candidate) => roleOf(candidate) === 'apiserver');
  const container = service && containerOf(service, containers);
  if (!container) return [];
  const { State } = await docker.getContainer(container.id).inspect();
  const since = Math.floor(Date.parse(State.StartedAt) / 1000);
  const log = (await docker.getContainer(container.id).logs({ stdout: true, stderr: true, since })) as unknown as Buffer;
  const lines = logText(log)
    .split('\n')
    .filter((line) => FAILURE_LINES.some((text) => line.includes(text)));
  return [...new Set(lines.map((line) => target.secrets.mask(line.trim())))];
}
