// The few colours there are, by what they mean. Whether there is colour at all was decided in cli/process.ts.
import { styleText } from 'node:util';

export type Tone = 'good' | 'change' | 'bad' | 'live' | 'quiet' | 'strong';

/** Paints a text; with colour off it hands the text back. */
export type Paint = (tone: Tone | undefined, text: string) => string;

const STYLES = { good: 'green', change: 'yellow', bad: 'red', live: 'cyan', quiet: 'dim', strong: 'bold' } as const;

export function painter(color: boolean): Paint {
  return (tone, text) => (color && tone !== undefined && text !== '' ? styleText(STYLES[tone], text, { validateStream: false }) : text);
}
