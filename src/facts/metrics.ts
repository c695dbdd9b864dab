import { hasCode, messageOf, PromoteError } from '../domain/errors.ts';
import type { ModelVersion } from '../domain/model.ts';
import type { Metric } from '../domain/metric.ts';
import type { VersionMetrics } from '../policy/metrics/decide.ts';
import type { SeenMetrics } from '../policy/metrics/shown.ts';
import type { RegistryReader } from '../registry/port.ts';

const NOT_LOGGED = 'the version names neither a run nor a logged model';
const NOT_HERE = 'this workspace does not know its run or logged model';

/** The metrics of a version: of its logged model, and of its run what that one does not have. */
export async function readMetrics(
  { runId, modelId }: ModelVersion,
  { metrics: reader }: RegistryReader,
): Promise<VersionMetrics> {
  if (reader === undefined) throw new TypeError('This registry has no metrics.');
  if (runId === undefined && modelId === undefined) return { unread: NOT_LOGGED };
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

/**
 * The metrics of a version for those who decide: of its logged model, or of its run where that one has none. No
 * request is sent again; what fails is said, and stops nothing.
 */
export async function readShownMetrics(
  { runId, modelId }: ModelVersion,
  { metrics: reader }: RegistryReader,
): Promise<SeenMetrics> {
  if (reader === undefined) throw new TypeError('This registry has no metrics.');
  if (runId === undefined && modelId === undefined) return { unread: NOT_LOGGED, isExpected: true };
  try {
    const ofModel = modelId === undefined ? undefined : await reader.ofModel(modelId, 'once');
    if (ofModel !== undefined && ofModel.length > 0) return { metrics: ofModel };
    const ofRun = runId === undefined ? undefined : await reader.ofRun(runId, modelId, 'once');
    const metrics = ofRun ?? ofModel;
    return metrics === undefined ? { unread: NOT_HERE, isExpected: true } : { metrics };
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    const why = hasCode(error, 'permission-denied')
      ? 'the caller may not read its experiment'
      : `not read: ${messageOf(error)}`;
    return { unread: why, isExpected: false };
  }
}

function withoutKnown(first: readonly Metric[], second: readonly Metric[]): Metric[] {
  const known = new Set(first.map(({ key }) => key));
  return [...first, ...second.filter(({ key }) => !known.has(key))];
}
