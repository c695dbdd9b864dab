import { describe, expect, test } from 'vitest';
import { limitOf } from '../../src/http/limits.ts';

const refusal = (status: number, code: string | undefined, message: string, call = 'PUT /x', body = '') =>
  limitOf({ status, code, message, call, body });

describe('a limit on objects', () => {
  test.each([
    [400, 'RESOURCE_EXHAUSTED', 'Cannot have more than 10 aliases per registered model.'],
    [
      429,
      'RESOURCE_EXHAUSTED',
      "Cannot have more than 10 aliases per registered model 'prod.ml.rate-limit'.",
    ],
    [429, 'RESOURCE_EXHAUSTED', 'Alias limit (10) of the model'],
    [429, 'RESOURCE_EXHAUSTED', 'Too many model versions'],
    [400, 'RESOURCE_EXHAUSTED', 'no words'],
    [
      403,
      'QUOTA_EXCEEDED',
      'Cannot create 1 Registered Model(s) in Schema x (estimated count: 9, limit: 9).',
    ],
    [
      429,
      'QUOTA_EXCEEDED',
      'Cannot create 1 Registered Model(s) in Metastore x (estimated count: 9, limit: 9).',
    ],
    [400, 'QUOTA_EXCEEDED.UC_RESOURCE_QUOTA_EXCEEDED', 'no words'],
    [400, 'UC_RESOURCE_QUOTA_EXCEEDED', 'no words'],
    [400, 'LIMIT_EXCEEDED', 'no words'],
    [400, 'MODEL_VERSION_LIMIT_REACHED', 'no words'],
    [400, 'INVALID_PARAMETER_VALUE', 'Registered model has reached the limit of 10 aliases'],
    [400, 'BAD_REQUEST', 'A schema cannot contain more than 1000 registered models.'],
    [403, 'PERMISSION_DENIED', 'The limit of model versions has been exceeded'],
    [403, 'PERMISSION_DENIED', 'You are over the quota of registered models'],
    [429, undefined, 'Limit of 10 aliases exceeded'],
    [409, 'RESOURCE_CONFLICT', 'The maximum number of versions of this model is there'],
  ])('%i %s: %s', (status, code, message) => {
    expect(refusal(status, code, message)).toBe('objects');
  });

  test('by its details, as google.rpc has them', () => {
    const body = '{"details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure"}]}';
    expect(refusal(429, 'RESOURCE_EXHAUSTED', 'exhausted', 'PUT /x', body)).toBe('objects');
  });
});

describe('a limit on requests', () => {
  test.each([
    [429, 'REQUEST_LIMIT_EXCEEDED', 'Too many requests. Please wait a moment and try again.'],
    [400, 'REQUEST_LIMIT_EXCEEDED', 'The limit of models is exceeded'],
    [500, 'REQUEST_LIMIT_EXCEEDED', 'RPC token bucket limit has been exceeded'],
    [429, 'RESOURCE_EXHAUSTED', 'exhausted'],
    [503, 'RESOURCE_EXHAUSTED', 'exhausted'],
    [429, 'RESOURCE_EXHAUSTED', 'Request limit for registered models exceeded'],
    [429, 'QUOTA_EXCEEDED', "Quota of 'Write requests per minute' exceeded"],
    [429, 'QUOTA_EXCEEDED', 'Too many model version creations, limit: 10 per minute'],
    [400, 'RATE_LIMIT_EXCEEDED', 'slow down'],
    [403, 'PERMISSION_DENIED', 'Rate limit exceeded for models'],
    [429, undefined, 'no message'],
    [429, undefined, 'API rate limit exceeded'],
  ])('%i %s: %s', (status, code, message) => {
    expect(refusal(status, code, message)).toBe('requests');
  });

  test('a read makes no object that could be one too many', () => {
    expect(refusal(429, 'RESOURCE_EXHAUSTED', 'Too many models', 'GET /x')).toBe('requests');
    expect(refusal(400, 'INVALID_PARAMETER_VALUE', 'At most 100 models may be asked for', 'GET /x')).toBe(
      undefined,
    );
  });
});

describe('no limit', () => {
  test.each([
    [403, 'PERMISSION_DENIED', "User lacks EXECUTE on Routine or Model 'prod.limit.max_versions'."],
    [403, 'PERMISSION_DENIED', 'User lacks EXECUTE on model prod.reached-limit.versions'],
    [400, 'INVALID_PARAMETER_VALUE', 'Registered model alias name must have at most 255 characters.'],
    [400, 'INVALID_PARAMETER_VALUE', 'Description of the model is longer than the limit of 65535 bytes'],
    [400, 'INVALID_PARAMETER_VALUE', "Invalid alias name: 'over the limit'. Names may only contain words."],
    [404, 'RESOURCE_DOES_NOT_EXIST', 'The limit of models is exceeded'],
    [500, 'INTERNAL_ERROR', 'Too many models'],
    [401, 'UNAUTHENTICATED', 'Too many tokens of this model'],
  ])('%i %s: %s', (status, code, message) => {
    expect(refusal(status, code, message)).toBeUndefined();
  });
});
