/** A moment as it stands in names of files and directories: UTC `YYYYMMDD_HHMMSS`. One stamp a run. */
export function stampOf(date: Date): string {
  return date
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replaceAll('-', '')
    .replaceAll(':', '')
    .replace('T', '_');
}
