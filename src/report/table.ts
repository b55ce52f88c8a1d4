// Columns of text, as wide as their widest cell.

/** `right` names the columns that hold numbers. The last column is not padded. */
export function table(
  rows: readonly (readonly string[])[],
  options: { readonly right?: readonly number[]; readonly gap?: string } = {},
): string[] {
  const { right = [], gap = '  ' } = options;
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (right.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join(gap)
      .trimEnd(),
  );
}
