/** A number with its noun: `1 file`, `2 files`. The plural of an irregular noun is given. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
