import { hasCode, messageOf } from '../domain/errors.ts';
import type { ModelVersion } from '../domain/model.ts';
import type { Metric } from '../domain/metric.ts';
import type { VersionMetrics } from '../policy/metrics.ts';
import type { RegistryReader } from '../registry/port.ts';

const NOT_HERE = 'this workspace does not know its run or logged model';

/** The metrics of a version: of its logged model, and of its run what that one does not have. */
export async function readMetrics(
  { runId, modelId }: ModelVersion,
  { metrics: reader }: RegistryReader,
): Promise<VersionMetrics> {
  if (reader === undefined) throw new TypeError('This registry has no metrics.');
  if (runId === undefined && modelId === undefined)
    return { unread: 'the version names neither a run nor a logged model' };
  try {
    const [ofModel, ofRun] = await Promise.all([
      modelId === undefined ? undefined : reader.ofModel(modelId),
      runId === undefined ? undefined : reader.ofRun(runId, modelId),
    ]);
    if (ofModel === undefined && ofRun === undefined) return { unread: NOT_HERE };
    return withoutKnown(ofModel ?? [], ofRun ?? []);
  } catch (error) {
    // Rights on an experiment are not those on the model.
    if (!hasCode(error, 'permission-denied')) throw error;
    return { unread: `the caller may not read its experiment (${messageOf(error)})` };
  }
}

function withoutKnown(first: readonly Metric[], second: readonly Metric[]): Metric[] {
  const known = new Set(first.map(({ key }) => key));
  return [...first, ...second.filter(({ key }) => !known.has(key))];
}
