import { writePins } from '../../documents/pins/write-pins.ts';
import { counted } from '../../domain/count.ts';
import { decide } from '../../domain/decision.ts';
import type { FullName } from '../../domain/full-name.ts';
import { formatModelUri, parseModelUri } from '../../domain/model-uri.ts';
import { formatPattern, type ModelPattern } from '../../domain/model-pattern.ts';
import type { ModelVersion } from '../../domain/model.ts';
import type { Pin, PinTarget } from '../../domain/pin.ts';
import { show } from '../../domain/printable.ts';
import { findModels, readEach } from '../../facts/models.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import { originOf } from '../../policy/equal-versions.ts';
import type { Planned } from '../contract/action.ts';
import type { SyncContext } from './sync.ts';

type LivePin = Omit<Pin, 'place'>;

/** Plans nothing, and leaves the pins of what the aliases of models name now as a file. */
export async function importPins(context: SyncContext, patterns: readonly ModelPattern[]): Promise<Planned> {
  const { record, destination: snapshot } = context;
  const { names, withoutModel } = await findModels(patterns, snapshot.registry);
  record.check(
    'Models',
    'fail',
    decide(
      withoutModel.map((pattern) => ({
        code: 'pattern-without-model',
        severity: 'error' as const,
        message: `${show(formatPattern(pattern), 200)} matches no model that the caller may see.`,
        fix: 'Check the spelling, and the rights of the caller on catalog, schema and models.',
      })),
    ),
    'Every line matches a model.',
    'blocked',
  );
  record.requireAllowed('The import');
  const pins = (await readEach(names, (name) => livePins(name, snapshot))).flat();
  record.subject = {
    kind: 'pins',
    path: patterns.map(formatPattern).join(', '),
    imported: pins.length,
    models: [],
  };
  record.output('count', 0);
  record.output('allowed', true);
  const text = writePins(pins);
  record.files.set('pins-file', () => text);
  const models = new Set(pins.map(({ name }) => JSON.stringify(name))).size;
  const conclude = () =>
    ({
      outcome: 'ok',
      verdict: `The pins of ${counted(pins.length, 'alias', 'aliases')} of ${counted(models, 'model')} were written to a file, whose path is the output pins-file`,
    }) as const;
  return { stages: [], asPlanned: conclude, asApplied: conclude };
}

async function livePins(name: FullName, snapshot: Snapshot): Promise<LivePin[]> {
  const model = await snapshot.model(name);
  const found = model?.aliases ?? [];
  return Promise.all(
    found.map(async ({ alias, version }) => ({
      name,
      alias,
      target: targetOf(version, await snapshot.version(name, version)),
    })),
  );
}

/** A copy by what it was copied from, where that is known and lies in this metastore; else the version by its number. */
function targetOf(number: number, version: ModelVersion | undefined): PinTarget {
  const origin = version === undefined ? undefined : originOf(version);
  const read = origin === undefined ? undefined : parseModelUri(origin);
  if (read?.ok !== true || read.value.selector.kind !== 'version')
    return { kind: 'version', version: number };
  const { name, selector } = read.value;
  // What is read back has to mean the same: another metastore stands behind the URI.
  return formatModelUri(name, selector.version) === origin
    ? { kind: 'copy', name, version: selector.version }
    : { kind: 'version', version: number };
}
