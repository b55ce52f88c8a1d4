// What was once found out about a text is found again.

/** The same function, which keeps what it has returned for up to `most` texts. For functions of the text alone; what they throw is thrown anew. */
export function remembering<Result>(find: (text: string) => Result, most: number): (text: string) => Result {
  const known = new Map<string, Result>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const result = find(text);
    if (known.size >= most) known.clear();
    known.set(text, result);
    return result;
  };
}
