// Whether the installed release gets to another in one hop, and what that hop needs.
import { Refusal } from '../base/errors.ts';
import { compareReleases, parseRelease } from '../base/release.ts';
import { findRoute, type Hop } from '../releases/route.ts';
import type { ComposeProject } from './compose_project.ts';
import type { Target } from './module.ts';

export type RouteOutput = Pick<Hop, 'needs' | 'steps' | 'warnings'>;

/**
 * Empty lists where there is nothing to do: no release asked for, or that one or a newer patch of its minor is there. Throws a Refusal
 * with the route's reason where there is no way, and where it takes more than one hop.
 */
export function routeTo(wanted: string | undefined, release: string, project: ComposeProject, target: Target): RouteOutput {
  const nothing = { needs: [], steps: [], warnings: [] };
  if (wanted === undefined || isPatchOf(release, wanted)) return nothing;
  const hops = hopsTo(wanted, release, project, target);
  if (hops.length <= 1) return hops[0] ? { needs: hops[0].needs, steps: hops[0].steps, warnings: hops[0].warnings } : nothing;
  const way = [release, ...hops.map(({ to }) => to)].join(' → ');
  throw new Refusal(
    `${target.host}: the way from ${release} at ${project.directory} to ${wanted} takes ${hops.length} hops: ${way}; this playbook carries out one`,
    {
      state: 'nothing was changed',
      next: `upgrade to ${hops[0]!.to} first, with the playbook for that; switchyard route --from ${release} --to ${wanted} tells what each hop needs`,
    },
  );
}

function hopsTo(wanted: string, release: string, project: ComposeProject, target: Target): readonly Hop[] {
  try {
    return findRoute(release, wanted).hops;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(`${target.host}: the server at ${project.directory} is ${release} and cannot go to ${wanted}: ${error.message}`, {
      ...error.detail,
      state: 'nothing was changed',
    });
  }
}

/** The installed release is the wanted one, or a newer patch of the same minor. */
function isPatchOf(release: string, wanted: string): boolean {
  const [one, other] = [parseRelease(release), parseRelease(wanted)];
  if (!one || !other) return false;
  const minor = ({ version }: typeof one) => ({ version: version.slice(0, 2), build: undefined });
  return compareReleases(minor(one), minor(other)) === 0 && compareReleases(one, other) >= 0;
}
