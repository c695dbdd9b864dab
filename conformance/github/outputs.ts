import type { Sighting } from './sighting.ts';

/** The longest plan that is handed on inline. */
const LARGE_BYTES = 48 * 1024;
const PLAIN = 'plain: 1 → 2';

/** What the first job hands on, beside what it saw: `secret` is masked, and GitHub should drop an output that holds it. */
export function outputsOf(secret: string): Readonly<Record<string, string>> {
  return { plain: PLAIN, large: largeText(), masked: `before ${secret} after`, empty: '' };
}

function largeText(): string {
  return '0123456789abcdef'.repeat(LARGE_BYTES / 16);
}

/** What arrived of it in another job, by the variables that hold it; nothing where the job did not run. */
export function seeOutputs(environment: Readonly<Record<string, string | undefined>>): readonly Sighting[] {
  const [plain = '', large = '', masked = '', empty = ''] = ['PLAIN', 'LARGE', 'MASKED', 'EMPTY'].map(
    (name) => environment[`OUTPUT_${name}`],
  );
  if (environment['SIGHTINGS_OPEN'] === undefined || environment['SIGHTINGS_OPEN'] === '') return [];
  const whole = (text: string, sent: string) =>
    text === sent ? 'whole' : text === '' ? 'empty' : `${Buffer.byteLength(text)} bytes of another text`;
  const nothing = (text: string) => (text === '' ? 'empty' : `${Buffer.byteLength(text)} bytes`);
  return [
    { id: 'output-plain', seen: whole(plain, PLAIN), requests: [] },
    { id: 'output-large', seen: whole(large, largeText()), requests: [] },
    { id: 'output-masked', seen: nothing(masked), requests: [] },
    { id: 'output-empty', seen: nothing(empty), requests: [] },
  ];
}
