import { formatFullName } from '../../domain/full-name.ts';
import { formatTarget, type Pin } from '../../domain/pin.ts';

/** Texts that YAML reads as a text without quotes, whatever stands around them (YAML 1.2.2, 7.3.3): letters first, no other signs. */
const PLAIN = /^[A-Za-z][A-Za-z0-9_.-]*$/u;

/** Words that YAML reads as something else than a text, in some version of it. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|none)$/iu;

/** Pins as a file: models in the order of their names, aliases in that of theirs, so that the same pins are the same text. */
export function writePins(pins: readonly Omit<Pin, 'place'>[]): string {
  const models = new Map<string, Map<string, string>>();
  for (const pin of pins) {
    const name = formatFullName(pin.name);
    const aliases = models.get(name) ?? new Map<string, string>();
    aliases.set(pin.alias, targetIn(pin));
    models.set(name, aliases);
  }
  const lines = sorted(models).flatMap(([name, aliases]) => [
    `${text(name)}:`,
    ...sorted(aliases).map(([alias, target]) => `  ${text(alias)}: ${target}`),
  ]);
  return lines.length === 0 ? '{}\n' : `${lines.join('\n')}\n`;
}

function targetIn({ target }: Pick<Pin, 'target'>): string {
  if (target.kind !== 'copy') return formatTarget(target);
  const name = formatFullName(target.name);
  return PLAIN.test(name) ? formatTarget(target) : JSON.stringify(formatTarget(target));
}

function text(value: string): string {
  return PLAIN.test(value) && !RESERVED.test(value) ? value : JSON.stringify(value);
}

function sorted<T>(entries: ReadonlyMap<string, T>): [string, T][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}
