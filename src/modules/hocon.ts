// As much of HOCON, the language of the product's configuration files, as it takes to find one setting: objects, dotted and quoted keys,
// lists, comments, and that the last of several counts. Substitutions are not followed: their text is the value.

const TOKEN =
  /"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*|\/\/[^\n]*|\$\{[^}]*\}|\+=|[{}[\],:=\n]|(?:(?!\/\/|\$\{)[^\s{}[\],:=#"+]|\+(?!=))+/g;

/** What the text gives to a setting ("auth.fixed_users.enabled"), as it is written, without quotes; undefined where it gives it nothing. */
export function settingIn(text: string, path: string): string | undefined {
  const tokens = (text.match(TOKEN) ?? []).filter((token) => !/^(?:#|\/\/)/.test(token));
  const found = new Map<string, string>();
  readObject(tokens, 0, { prefix: [], found });
  return found.get(path);
}

interface Place {
  readonly prefix: readonly string[];
  readonly found: Map<string, string>;
}

/** Reads from `at` to behind the brace that closes the object, and answers where that is. */
function readObject(tokens: readonly string[], at: number, place: Place): number {
  let key: string[] = [];
  for (let i = at; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token === '}') return i + 1;
    if (token === '{') {
      i = readObject(tokens, i + 1, { ...place, prefix: [...place.prefix, ...key] }) - 1;
      key = [];
    } else if (token === ':' || token === '=' || token === '+=') {
      i = readValue(tokens, i + 1, { ...place, prefix: [...place.prefix, ...key] }) - 1;
      key = [];
    } else if (token === '\n' || token === ',') key = [];
    else key.push(...(token.startsWith('"') ? [unquote(token)] : token.split('.').filter(Boolean)));
  }
  return tokens.length;
}

/** Reads a value of the setting `prefix` to its end; objects may stand beside other parts ("${base} { a: 1 }"). */
function readValue(tokens: readonly string[], at: number, { prefix, found }: Place): number {
  const parts: string[] = [];
  let object = false;
  let i = at;
  while (tokens[i] === '\n') i++;
  while (i < tokens.length && !/^[\n,}]$/.test(tokens[i]!)) {
    if (tokens[i] === '{') {
      i = readObject(tokens, i + 1, { prefix, found });
      object = true;
    } else if (tokens[i] === '[') i = skipList(tokens, i + 1);
    else parts.push(unquote(tokens[i++]!));
  }
  if (object || parts.length === 0) return i;
  const name = prefix.join('.');
  for (const other of found.keys()) if (other.startsWith(`${name}.`)) found.delete(other);
  found.set(name, parts.join(' '));
  return i;
}

function skipList(tokens: readonly string[], at: number): number {
  let depth = 1;
  let i = at;
  for (; i < tokens.length && depth > 0; i++) depth += tokens[i] === '[' ? 1 : tokens[i] === ']' ? -1 : 0;
  return i;
}

const unquote = (token: string) => token.replace(/^("""|")([\s\S]*)\1$/, '$2');
