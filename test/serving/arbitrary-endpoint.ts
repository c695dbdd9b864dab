import fc from 'fast-check';
import { PROD } from '../../emulator/seeds/demo-models.ts';

/** A served entity as it is written, with its share. */
export type WrittenEntity = Readonly<Record<string, unknown>> & {
  readonly name: string;
  readonly percent: number;
};

/** An endpoint as somebody made it. */
export interface WrittenEndpoint {
  readonly entities: readonly WrittenEntity[];
  readonly autoCapture: Readonly<Record<string, unknown>> | undefined;
  readonly aiGateway: Readonly<Record<string, unknown>> | undefined;
  readonly tags: readonly (readonly [string, string])[];
}

const word = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/u);
const variables = fc.dictionary(
  fc.stringMatching(/^[A-Z_]{1,10}$/u),
  fc.oneof(fc.string({ maxLength: 20 }), fc.constant('{{secrets/scope/key}}')),
  { maxKeys: 3 },
);

const sizes = fc.oneof(
  fc.constantFrom('Small', 'Medium', 'Large').map((size) => ({ workload_size: size })),
  fc
    .tuple(fc.constantFrom(0, 4, 8), fc.constantFrom(8, 16, 64))
    .map(([min, max]) => ({ min_provisioned_concurrency: min, max_provisioned_concurrency: max })),
  fc.constant({}),
);

const common = fc.record(
  {
    environment_vars: variables,
    instance_profile_arn: fc.constant('arn:aws:iam::1:instance-profile/x'),
    workload_type: fc.constantFrom('CPU', 'GPU_SMALL', 'MULTIGPU_MEDIUM'),
    scale_to_zero_enabled: fc.boolean(),
  },
  { requiredKeys: [] },
);

const throughput = fc.oneof(
  fc.record({
    min_provisioned_throughput: fc.nat({ max: 1000 }),
    max_provisioned_throughput: fc.nat({ max: 9000 }),
  }),
  fc.record({ provisioned_model_units: fc.integer({ min: 1, max: 500 }) }),
  fc.record({
    provisioned_model_units: fc.integer({ min: 1, max: 500 }),
    burst_scaling_enabled: fc.boolean(),
  }),
);

/** Another model, version 1 of which may be served with throughput: see the world of the test. */
export const FOUNDATION = 'prod.ml_team.llama';
/** Another model. */
export const OTHER = 'prod.ml_team.churn';
/** A function of features. */
export const FEATURES = 'prod.ml_team.features';

const versionOf = (model: string, version: number) => ({
  entity_name: model,
  entity_version: String(version),
});

const custom = fc
  .tuple(fc.constantFrom(PROD, OTHER), fc.integer({ min: 1, max: 3 }), common, sizes)
  .map(([model, version, more, size]) => ({ ...versionOf(model, version), ...more, ...size }));
const features = common.map((more) => ({ entity_name: FEATURES, ...more }));
const foundation = throughput.map((more) => ({ ...versionOf(FOUNDATION, 1), ...more }));

const external = fc
  .record({
    provider: fc.constant('openai'),
    name: word,
    task: fc.constant('llm/v1/chat'),
    openai_config: fc.oneof(
      fc.constant({ openai_api_key: '{{secrets/scope/key}}' }),
      fc.constant({ openai_api_key_plaintext: 'sk-plain' }),
    ),
  })
  .map((model) => ({ external_model: model }));

/** Shares of so many entities that add up to 100; some are 0. */
const shares = (count: number) =>
  fc.array(fc.nat({ max: 3 }), { minLength: count, maxLength: count }).map((weights) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
    const percents = weights.map((weight) => Math.floor((weight * 100) / total));
    const rest = 100 - percents.reduce((sum, percent) => sum + percent, 0);
    const most = percents.indexOf(Math.max(...percents));
    return percents.map((percent, index) => percent + (index === most ? rest : 0));
  });

const isDistinct = (entities: readonly Readonly<Record<string, unknown>>[]) => {
  const keys = entities.map((each) => `${String(each['entity_name'])}/${String(each['entity_version'])}`);
  return new Set(keys).size === keys.length;
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const named = (entities: readonly Readonly<Record<string, unknown>>[]) =>
  fc
    .tuple(
      fc.uniqueArray(word, { minLength: entities.length, maxLength: entities.length }),
      fc.array(fc.boolean(), { minLength: entities.length, maxLength: entities.length }),
      shares(entities.length),
    )
    .map(([names, chosen, percents]) =>
      entities.map((entity, index): WrittenEntity => {
        const last = textOf(entity['entity_name']).split('.').at(-1);
        const derived = `${last}-${String(entity['entity_version'])}`;
        const isDerived = chosen[index] !== true && entity['entity_version'] !== undefined;
        return {
          ...entity,
          name: isDerived ? derived : `n${index}${names[index]}`,
          percent: percents[index] ?? 0,
        };
      }),
    );

/** Endpoints of every kind: custom models, functions of features, provisioned throughput, other providers. */
export const arbitraryEndpoint: fc.Arbitrary<WrittenEndpoint> = fc.record({
  entities: fc.oneof(
    {
      weight: 9,
      arbitrary: fc
        .array(fc.oneof({ weight: 4, arbitrary: custom }, features, foundation), {
          minLength: 1,
          maxLength: 5,
        })
        .filter(isDistinct)
        .chain(named),
    },
    { weight: 1, arbitrary: external.chain((entity) => named([entity])) },
  ),
  autoCapture: fc.option(
    fc.record({
      catalog_name: fc.constant('prod'),
      schema_name: word,
      table_name_prefix: word,
      enabled: fc.boolean(),
    }),
    { nil: undefined },
  ),
  aiGateway: fc.option(fc.record({ usage_tracking_config: fc.record({ enabled: fc.boolean() }) }), {
    nil: undefined,
  }),
  tags: fc.array(fc.tuple(word, word), { maxLength: 2 }),
});
