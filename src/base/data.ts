// Plain data as files give it, before anybody knows that it has the shape it should have.

export type Data = Readonly<Record<string, unknown>>;

/** Whether it is a map of keys and values, and no list. */
export const isMap = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as text where a text should stand. A map may have a key toString, so String(map) may throw; this does not. */
export function asText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
