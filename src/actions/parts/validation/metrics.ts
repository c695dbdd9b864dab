import { readMetrics } from '../../../facts/metrics.ts';
import { uriOf } from '../../../facts/version.ts';
import type { CommonInputs } from '../../../inputs/common.ts';
import { METRIC_NEEDS, type MetricInputs } from '../../../inputs/metrics.ts';
import { decideMetrics, type VersionMetrics } from '../../../policy/metrics/decide.ts';
import { shownMetrics, type SeenMetrics } from '../../../policy/metrics/shown.ts';
import { requireNeeds } from '../../contract/capabilities.ts';
import type { ActionContext } from '../../contract/context.ts';
import type { MeasuredVersion } from '../shown-metrics.ts';

type MetricContext = ActionContext<CommonInputs & MetricInputs>;

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
  const judged = decision.judged.map(({ key }) => key);
  const isOther = champion !== undefined && uriOf(champion.version) !== uriOf(candidate.version);
  const shown = shownMetrics(
    { uri: uriOf(candidate.version), seen: seenOf(ours) },
    isOther ? { uri: uriOf(champion.version), seen: seenOf(theirs ?? []) } : undefined,
    judged,
  );
  if (shown !== undefined) record.see(shown);
  record.check('Metrics', 'fail', decision, 'Every required metric is met.', 'blocked');
}

/** Why they were not read is said by the check. */
function seenOf(metrics: VersionMetrics): SeenMetrics {
  return 'unread' in metrics ? { unread: metrics.unread, isExpected: true } : { metrics };
}
