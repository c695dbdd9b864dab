import type { ModelVersion } from '../../domain/model.ts';
import { readMetrics } from '../../facts/metrics.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import { uriOf } from '../../facts/version.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import { METRIC_NEEDS, type MetricInputs } from '../../inputs/metrics.ts';
import { decideMetrics } from '../../policy/metrics.ts';
import { requireNeeds } from '../contract/capabilities.ts';
import type { ActionContext } from '../contract/context.ts';

type MetricContext = ActionContext<CommonInputs & MetricInputs>;

/** A version, and the registry that knows it. */
export interface MeasuredVersion {
  readonly version: ModelVersion;
  readonly snapshot: Snapshot;
}

/** Compares the metrics of a version with `require-metrics`, and notes them beside those of the current one. */
export async function noteMetrics(
  { inputs, record }: MetricContext,
  candidate: MeasuredVersion,
  readChampion: () => Promise<MeasuredVersion | undefined>,
): Promise<void> {
  const requirements = inputs['require-metrics'];
  if (requirements === undefined) return;
  requireNeeds('require-metrics', METRIC_NEEDS['require-metrics'], candidate.snapshot.registry.capabilities);
  const champion = await readChampion();
  const [ours, theirs] = await Promise.all([
    readMetrics(candidate.version, candidate.snapshot.registry),
    champion === undefined ? undefined : readMetrics(champion.version, champion.snapshot.registry),
  ]);
  const decision = decideMetrics(requirements, { candidate: ours, champion: theirs });
  for (const { key, text, candidate: metric, champion: other, result } of decision.judged)
    record.see({
      kind: 'metric',
      of: uriOf(candidate.version),
      key: text,
      metric: key,
      value: metric?.value ?? null,
      dataset: metric?.dataset?.digest ?? null,
      with: champion === undefined ? null : uriOf(champion.version),
      current: other?.value ?? null,
      result,
    });
  record.check('Metrics', 'fail', decision, 'Every required metric is met.', 'blocked');
}
