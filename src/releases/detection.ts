// From pieces of evidence to one release. Nothing is averaged: the best piece counts, and pieces that contradict each other are a refusal.
// Looking at the host is not done here: src/modules/server_evidence.ts collects the pieces.
import { Refusal } from '../base/errors.ts';
import { compareReleases, parseRelease, type Release } from '../base/release.ts';
import { elasticsearchMajor, releasesOn } from './releases.ts';

/**
 * Where a piece comes from, the most trusted first. `file` is the application's own version file: it tells x.y, seldom the patch.
 * `mongo` is the newest migration of the databases: the release is that one or a newer one.
 */
export const EVIDENCE_KINDS = ['api', 'image', 'file', 'elasticsearch', 'mongo', 'data'] as const;

/** One thing that was seen on the host. */
export interface Evidence {
  readonly kind: (typeof EVIDENCE_KINDS)[number];
  /** where it was seen ("server.info", "image of trains-apiserver") */
  readonly source: string;
  /** what was seen, or why it could not be looked at */
  readonly says: string;
  /** "0.15.1-367" or "0.15.1", where the piece names a release */
  readonly release?: string;
  /** the name of the image, where the piece is one */
  readonly image?: string;
  /** the major version of Elasticsearch, where the piece names one */
  readonly elasticsearch?: number;
}

/** What the evidence amounts to. `build` is '' where no piece names it. */
export interface Conclusion {
  readonly release: string;
  readonly build: string;
  readonly elasticsearch: number;
}

/** Throws a Refusal when pieces contradict each other or none of them names a release; `server` names the server in it. */
export function concludeRelease(evidence: readonly Evidence[], server: string): Conclusion {
  const ranked = EVIDENCE_KINDS.flatMap((kind) => evidence.filter((piece) => piece.kind === kind));
  const best = ranked.find(({ kind, release }) => kind !== 'mongo' && release !== undefined && parseRelease(release));
  const elasticsearch = ranked.find((piece) => piece.elasticsearch !== undefined);
  if (!best) throw unknownRelease(ranked, elasticsearch, server);
  const against = ranked.filter((piece) => contradicts(best, piece));
  if (against.length > 0) {
    throw new Refusal(`evidence disagrees: ${[best, ...against].map(tell).join('; ')}`, {
      state: 'nothing was changed',
      next: pulledOver(best, against) ?? `find out which one is true of ${server}, and make the compose file and the containers agree`,
    });
  }
  const [version, build] = best.release!.replace(/^v/, '').split('-');
  const built = ranked.find(({ kind, release }) => kind !== 'file' && release?.includes('-'));
  return {
    release: version!,
    build: build ?? built?.release?.split('-')[1] ?? '',
    elasticsearch: elasticsearch?.elasticsearch ?? elasticsearchMajor(version!) ?? 0,
  };
}

/** Of a stopped server no more than the image's name is left: whoever pulls it anew, as all are :latest, puts a newer release in its place. */
function pulledOver(best: Evidence, against: readonly Evidence[]): string | undefined {
  const file = against.find(({ kind }) => kind === 'elasticsearch');
  if (best.kind !== 'image' || !file || (elasticsearchMajor(best.release!) ?? 0) <= file.elasticsearch!) return undefined;
  return `a newer image was pulled under the name that the compose file has: docker images shows the older one; give it the name back (docker tag OLD ${best.image ?? 'NAME'}), start the server, and run this again`;
}

function contradicts(best: Evidence, piece: Evidence): boolean {
  if (piece.kind === 'data') return false; // data of another version beside the server is a state to act on, not a lie
  if (piece.elasticsearch !== undefined && elasticsearchMajor(best.release!) !== piece.elasticsearch) return true;
  const [one, other] = [best.release, piece.release].map((text) => (text === undefined ? undefined : parseRelease(text)));
  if (!one || !other) return false;
  if (piece.kind === 'mongo') return compareMinors(other, newestMigration(one)) > 0;
  const parts = best.kind === 'file' || piece.kind === 'file' ? 2 : 4;
  const short = (version: readonly number[]) => ({ version: version.slice(0, parts), build: undefined });
  return compareReleases(short(one.version), short(other.version)) !== 0;
}

/** The newest migration that a release may have left: of its own minor, but 0.11 ships the one of 0.12.1 already. */
function newestMigration(release: Release): Release {
  const early = parseRelease('0.11')!;
  return compareMinors(release, early) === 0 ? parseRelease('0.12.1')! : release;
}

function compareMinors(one: Release, other: Release): number {
  const minor = ({ version }: Release) => ({ version: version.slice(0, 2), build: undefined });
  return compareReleases(minor(one), minor(other));
}

function unknownRelease(ranked: readonly Evidence[], elasticsearch: Evidence | undefined, server: string): Refusal {
  const range = elasticsearch?.elasticsearch === undefined ? undefined : releasesOn(elasticsearch.elasticsearch);
  const known = range
    ? `it runs on Elasticsearch ${elasticsearch!.elasticsearch} (${range}), but nothing names its release`
    : 'nothing names its release';
  return new Refusal(`cannot tell the release of ${server}: ${known}; seen: ${ranked.map(tell).join('; ') || 'nothing'}`, {
    state: 'nothing was changed',
    next: 'start the server (docker-compose up -d) and run this again: its API tells the release',
  });
}

const tell = ({ source, says }: Evidence) => `${source} says ${says}`;
