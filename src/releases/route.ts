// The way from one release to another: hops between the stops that must not be left out, each with what it needs and does. Data: graph.json.
import { Refusal } from '../base/errors.ts';
import { compareReleases, parseRelease, type Release } from '../base/release.ts';
import graph from './graph.json' with { type: 'json' };

export interface Hop {
  readonly from: string;
  readonly to: string;
  /** what has to be there before */
  readonly needs: readonly string[];
  /** beyond stop, backup, new compose file, pull, up and verify */
  readonly steps: readonly string[];
  readonly warnings: readonly string[];
}

export interface Route {
  readonly hops: readonly Hop[];
}

/** Throws a Refusal for a release nobody knows, for a way back, and for one that is not to be stopped at. No hops: already there. */
export function findRoute(from: string, to: string): Route {
  const [start, end] = [known(from), known(to)];
  if (compareReleases(start, end) > 0) {
    throw new Refusal(`${to} is older than ${from}: no release reads the data of a newer one`, {
      next: 'the way back is a backup of all of the data that was made before the upgrade',
    });
  }
  const bad = graph.avoid.find(({ release }) => compareReleases(known(release), end) === 0);
  if (bad) throw new Refusal(`${to} is no release to stop at: ${bad.why} (${bad.source})`, { next: `take ${bad.instead}` });
  const hops: Hop[] = [];
  for (let at = from; compareReleases(known(at), end) < 0; ) {
    const stop = stopBetween(known(at), end);
    const why = stop ? [`${stop.release} must not be left out on the way to ${to}: ${stop.why} (${stop.source})`] : [];
    const next = hop(at, stop?.release ?? to);
    hops.push({ ...next, warnings: [...why, ...next.warnings] });
    at = next.to;
  }
  return { hops };
}

/** The first stop that a way to `end` must make; undefined: none. */
function stopBetween(at: Release, end: Release): (typeof graph.stops)[number] | undefined {
  return graph.stops.find(
    ({ release, below, from }) =>
      compareReleases(at, known(below)) < 0 && compareReleases(end, known(from)) >= 0 && compareReleases(known(release), end) < 0,
  );
}

function hop(from: string, to: string): Hop {
  const crossed = graph.crossings.filter(
    ({ at }) => compareReleases(known(from), known(at)) < 0 && compareReleases(known(to), known(at)) >= 0,
  );
  return {
    from,
    to,
    needs: crossed.flatMap(({ needs }) => needs),
    steps: crossed.flatMap(({ steps }) => steps),
    warnings: crossed.flatMap(({ warnings, source }) => warnings.map((text) => `${text} (${source})`)),
  };
}

/** A release there is: in full, or by its minor alone ("0.15"). */
function known(text: string): Release {
  const release = parseRelease(text);
  const [first, ...others] = graph.known as [string, ...string[]];
  const minor = release?.version.slice(0, 2).join('.');
  const patches = graph.known.filter((one) => one.startsWith(`${minor}.`));
  if (
    release &&
    release.version.length > 1 &&
    patches.some((one) => release.version.length === 2 || compareReleases(parseRelease(one)!, { ...release, build: undefined }) === 0)
  )
    return release;
  throw new Refusal(`${text} is no release that is known here`, {
    next: patches.length > 0 ? `known of ${minor}: ${patches.join(', ')}` : `known: ${first} to ${others.at(-1)}`,
  });
}
