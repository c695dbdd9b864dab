import { parseAlias } from '../../domain/alias.ts';
import { formatKeyPath, type DocumentFault } from '../../domain/document-fault.ts';
import { parseFullName, parseModelName, type FullName } from '../../domain/full-name.ts';
import type { Parsed } from '../../domain/parsed.ts';
import { pinKey, type Pin, type PinRules } from '../../domain/pin.ts';
import { show } from '../../domain/printable.ts';
import { formatPlace } from '../../domain/text-place.ts';
import { readYaml, type YamlDocument } from '../yaml-document.ts';
import { parseTarget } from './parse-target.ts';

/** A file of pins. */
export interface PinsFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Every pin of some files, or everything that is wrong with them. */
export type ReadPins =
  | { readonly ok: true; readonly pins: readonly Pin[] }
  | { readonly ok: false; readonly faults: readonly DocumentFault[] };

/** Reads files of pins: models by their names, each with its aliases and what each of them is pinned to. */
export async function readPins(files: readonly PinsFile[], rules: PinRules): Promise<ReadPins> {
  const read = await Promise.all(files.map((file) => readFile(file, rules)));
  const faults = read.flatMap((each) => each.faults);
  const pins = read.flatMap((each) => each.pins);
  const all = [...faults, ...pinnedTwice(pins, rules)];
  return all.length === 0 ? { ok: true, pins } : { ok: false, faults: all };
}

interface FileReading {
  readonly pins: readonly Pin[];
  readonly faults: readonly DocumentFault[];
}

const MODEL_FIX =
  'Write the model with its aliases below it, such as "prod.ml_team.fraud_detection:" and "Champion: 7".';

async function readFile({ path, bytes }: PinsFile, rules: PinRules): Promise<FileReading> {
  const read = await readYaml(bytes, path);
  if (!read.ok) return { pins: [], faults: read.faults };
  const { document } = read;
  const models = entriesOf(document.value);
  if (models === undefined)
    return {
      pins: [],
      faults: [faultAt(document, [], 'value', 'The file is no mapping of models.', MODEL_FIX)],
    };
  return joined(models.map(([text, aliases]) => readModel(text, aliases, { document, rules })));
}

interface Source {
  readonly document: YamlDocument;
  readonly rules: PinRules;
}

function readModel(text: string, value: unknown, { document, rules }: Source): FileReading {
  const name = unpadded(text, rules.names === 'three-level' ? parseFullName : parseModelName);
  const aliases = entriesOf(value);
  const wrongName = name.ok ? [] : [faultAt(document, [text], 'key', name.problem, name.fix)];
  if (aliases === undefined) {
    const fault = faultAt(
      document,
      [text],
      'value',
      `${described(value)} is no mapping of aliases.`,
      MODEL_FIX,
    );
    return { pins: [], faults: [...wrongName, fault] };
  }
  const read = joined(
    aliases.map(([alias, target]) =>
      readPin([text, alias], target, name.ok ? name.value : undefined, { document, rules }),
    ),
  );
  return { pins: read.pins, faults: [...wrongName, ...read.faults] };
}

function readPin(
  path: readonly [model: string, alias: string],
  value: unknown,
  name: FullName | undefined,
  { document, rules }: Source,
): FileReading {
  const alias = unpadded(path[1], parseAlias);
  const target = parseTarget(value, name, rules.names);
  const faults = [
    ...(alias.ok
      ? []
      : [faultAt(document, path, 'key', alias.problem.replace(/^it /u, 'The alias '), alias.fix)]),
    ...(target.ok ? [] : [faultAt(document, path, 'value', target.problem, target.fix)]),
  ];
  if (name === undefined || !alias.ok || !target.ok) return { pins: [], faults };
  const place = document.placeOf(path, 'key');
  return { pins: [{ name, alias: alias.value, target: target.value, place }], faults };
}

/** A key as it stands: one in quotes may have spaces that nobody sees. */
function unpadded<T>(text: string, parse: (text: string) => Parsed<T>): Parsed<T> {
  if (text === text.trim()) return parse(text);
  return { ok: false, problem: `"${show(text, 120)}" has spaces around it.`, fix: 'Remove them.' };
}

/** An alias that is pinned twice, in whatever spelling: which of both is meant, nobody knows. */
function pinnedTwice(pins: readonly Pin[], rules: PinRules): DocumentFault[] {
  const first = new Map<string, Pin>();
  return pins.flatMap((pin) => {
    const key = pinKey(pin, rules);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, pin);
      return [];
    }
    return [
      {
        place: pin.place,
        near: '',
        problem: `"${show(pin.alias, 60)}" of this model is pinned at ${show(formatPlace(earlier.place), 200)} already.`,
        fix: 'Remove one of the two.',
      },
    ];
  });
}

function joined(readings: readonly FileReading[]): FileReading {
  return {
    pins: readings.flatMap(({ pins }) => pins),
    faults: readings.flatMap(({ faults }) => faults),
  };
}

function entriesOf(value: unknown): [string, unknown][] | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value)
    : undefined;
}

function faultAt(
  document: YamlDocument,
  path: readonly string[],
  part: 'key' | 'value',
  problem: string,
  fix: string,
): DocumentFault {
  return { place: document.placeOf(path, part), near: formatKeyPath(path), problem, fix };
}

function described(value: unknown): string {
  if (value === null) return 'What is left empty';
  if (Array.isArray(value)) return 'A list';
  return typeof value === 'string' ? `"${show(value, 60)}"` : 'A single value';
}
