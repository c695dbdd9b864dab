import { describe, expect, test } from 'vitest';
import type { Tag } from '../../src/domain/model.ts';
import { decideCopy, type CopyDecision } from '../../src/policy/copy.ts';
import { DATABRICKS_CAPABILITIES } from '../../src/registry/databricks/capabilities.ts';

const NAME = { catalog: 'staging', schema: 'ml', model: 'fraud' };

/** What of a source's tags a copy carries. */
function copyOf(
  tags: readonly Tag[],
  request: { copyTags: readonly string[]; statusKeys: readonly string[] },
): CopyDecision {
  return decideCopy(
    { ...request },
    {
      source: { uri: 'models:/staging.ml_team.fraud_detection/1', name: NAME, tags },
      relation: 'one-workspace',
      files: [{ path: 'MLmodel', size: 1 }],
      destination: { ...NAME, catalog: 'prod' },
      maxFileSize: 10,
      maxInParts: 0,
      rules: DATABRICKS_CAPABILITIES,
    },
  );
}

const tagged = (...keys: readonly string[]) => keys.map((key) => ({ key, value: 'approved' }));
const keysOf = ({ tags }: CopyDecision) => tags.map(({ key }) => key);

describe('a key that a gate reads does not travel', () => {
  test.each([
    ['by *', ['*'], ['review_state'], ['review_state', 'team'], ['team']],
    ['by its own name', ['review_state', 'team'], ['review_state'], ['review_state', 'team'], ['team']],
    ['by a part of its name', ['rev*'], ['review_state'], ['review_state', 'revenue'], ['revenue']],
    ['in another case', ['*'], ['review_state'], ['Review_State', 'team'], ['team']],
    ['the default key, under another status-key', ['*'], ['review_state'], ['validation_status'], []],
    ['the default key, named', ['validation_status'], [], ['validation_status'], []],
    ['each of several', ['*'], ['a', 'b'], ['a', 'b', 'c'], ['c']],
    ['while another key is free', ['*'], ['other'], ['review_state'], ['review_state']],
  ] as const)('%s', (_title, copyTags, statusKeys, source, carried) => {
    const decision = copyOf(tagged(...source), { copyTags, statusKeys });
    expect(keysOf(decision)).toEqual(carried);
    expect(decision.tagsLeftBehind.map(({ key }) => key)).toEqual(
      source.filter((key) => !(carried as readonly string[]).includes(key)),
    );
  });
});

describe('what never travels, in any case of its letters', () => {
  test.each(['UC_Promote_hold', 'uc_promote_origin', 'Approval_x', 'APPROVED_never', 'MLFLOW.user'])(
    '%s',
    (key) => {
      const carried = keysOf(copyOf(tagged(key), { copyTags: ['*'], statusKeys: [] }));
      expect(carried).toEqual(key === 'APPROVED_never' ? [key] : []);
    },
  );

  test('by its name MLflow’s bookkeeping travels, and nothing of ours', () => {
    const keys = ['mlflow.note', 'uc_promote_hold', 'approval_x'];
    expect(keysOf(copyOf(tagged(...keys), { copyTags: keys, statusKeys: [] }))).toEqual(['mlflow.note']);
  });
});

test('what is named and stays behind is said, and refuses nothing', () => {
  const named = copyOf(tagged('review_state'), { copyTags: ['review_state'], statusKeys: ['review_state'] });
  expect([named.allowed, named.findings.map(({ code, severity }) => [code, severity])]).toEqual([
    true,
    [['tag-bound', 'warning']],
  ]);
  const silent = copyOf(tagged('review_state'), { copyTags: ['*'], statusKeys: ['review_state'] });
  expect(silent.findings).toEqual([]);
});
