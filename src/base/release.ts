// The order of the product's releases. Its tags are not semver ("0.15.0-352", bare "0.15"), and build numbers are not monotonic
// across versions (0.15.0-352 is older than 0.16.0-306): the version part is compared first, the build only within one version.

/** "0.15.1-367" as numbers. `version` has as many parts as were written; `build` is undefined where none was. */
export interface Release {
  readonly version: readonly number[];
  readonly build: number | undefined;
}

/** undefined: the text is no release. A leading "v" is allowed. */
export function parseRelease(text: string): Release | undefined {
  const match = /^v?(\d+(?:\.\d+){0,3})(?:-(\d+))?$/.exec(text.trim());
  if (!match?.[1]) return undefined;
  return { version: match[1].split('.').map(Number), build: match[2] === undefined ? undefined : Number(match[2]) };
}

/** Negative, zero or positive, as a sort wants it. Missing parts count as 0 ("0.15" equals "0.15.0"); a build is asked only if both have one. */
export function compareReleases(a: Release, b: Release): number {
  for (let i = 0; i < Math.max(a.version.length, b.version.length); i++) {
    const difference = (a.version[i] ?? 0) - (b.version[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.build === undefined || b.build === undefined ? 0 : a.build - b.build;
}
