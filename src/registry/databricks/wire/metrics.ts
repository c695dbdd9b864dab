import * as z from 'zod';
import type { Metric } from '../../../domain/metric.ts';

const text = z.string().nullish();

/** A whole number that may be too large for JavaScript, such as a time that is made up. */
const order = z.union([z.number(), z.string().transform(Number)]).nullish();

/** A metric (mlflow 3.17.2 `service.proto` `Metric`); protobuf writes NaN and infinities as texts. */
const metric = z.looseObject({
  key: z.string(),
  value: z.union([z.number(), z.string()]).nullish(),
  timestamp: order,
  step: order,
  dataset_name: text,
  dataset_digest: text,
  model_id: text,
  run_id: text,
});

type MetricRow = z.output<typeof metric>;

const metrics = z.array(metric).nullish();

/** A logged model, as far as its metrics go. */
export const modelMetrics = z.looseObject({
  model: z.looseObject({
    info: z.looseObject({ model_id: text }),
    data: z.looseObject({ metrics }).nullish(),
  }),
});

/** A run, as far as its metrics go. */
export const runMetrics = z.looseObject({
  run: z.looseObject({
    info: z.looseObject({ run_id: text }),
    data: z.looseObject({ metrics }).nullish(),
  }),
});

/** The last value of each metric of each dataset and run; those of other models are left out. */
export function toMetrics(
  rows: readonly MetricRow[] | null | undefined,
  modelId: string | undefined,
): Metric[] {
  const own = (rows ?? []).filter(
    ({ model_id: model }) => model == null || model === '' || model === modelId,
  );
  const last = new Map<string, MetricRow>();
  for (const row of own) {
    const place = JSON.stringify([
      row.key,
      row.dataset_name ?? '',
      row.dataset_digest ?? '',
      row.run_id ?? '',
    ]);
    const known = last.get(place);
    if (known === undefined || isLater(row, known)) last.set(place, row);
  }
  return [...last.values()].map((row) => ({
    key: row.key,
    value: numberOf(row.value),
    ...(row.dataset_digest == null || row.dataset_digest === ''
      ? {}
      : { dataset: { name: row.dataset_name ?? '', digest: row.dataset_digest } }),
  }));
}

function isLater(row: MetricRow, known: MetricRow): boolean {
  const [step, before] = [row.step ?? 0, known.step ?? 0];
  return step === before ? (row.timestamp ?? 0) >= (known.timestamp ?? 0) : step > before;
}

/** A number, also where it came as its digits; anything else as its text. */
function numberOf(value: MetricRow['value']): number | string {
  if (value == null) return 'missing';
  const isDigits = typeof value === 'string' && /^-?\d+$/u.test(value);
  return isDigits ? Number(value) : value;
}
