import { describe, expect, test } from 'vitest';
import { parseHost } from '../../src/http/host.ts';

const ORIGIN = 'https://adb-123.4.azuredatabricks.net';

describe('a host is read as the official SDKs read it', () => {
  for (const [text, origin, workspaceId, path = ''] of [
    [ORIGIN, ORIGIN],
    [`${ORIGIN}/`, ORIGIN],
    [` ${ORIGIN}\n`, ORIGIN],
    ['adb-123.4.azuredatabricks.net', ORIGIN],
    ['ADB-123.4.AzureDatabricks.net', ORIGIN],
    [`${ORIGIN}:443`, ORIGIN],
    [`${ORIGIN}:8443/x`, `${ORIGIN}:8443`, undefined, '/x'],
    [`${ORIGIN}/?o=123#notebook/7`, ORIGIN, '123'],
    [`${ORIGIN}/explore/data/models/prod/ml?o=42`, ORIGIN, '42', '/explore/data/models/prod/ml'],
    ['https://ml.example.com/mlflow/#/models', 'https://ml.example.com', undefined, '/mlflow'],
    ['https://ml.example.com/tools/mlflow//', 'https://ml.example.com', undefined, '/tools/mlflow'],
    ['https://acme.databricks.com/?w=9', 'https://acme.databricks.com', '9'],
    ['https://acme.databricks.com/?workspace_id=9&o=8', 'https://acme.databricks.com', '8'],
    [`${ORIGIN}/?o=abc`, ORIGIN],
    ['https://acme.databricks.com/?w=ws-7f&o=8', 'https://acme.databricks.com', 'ws-7f'],
    ['https://acme.databricks.com/?w=a%0Ab&o=8', 'https://acme.databricks.com', '8'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://localhost:8080/x', 'http://localhost:8080', undefined, '/x'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ] as const) {
    test(JSON.stringify(text), () => {
      expect(parseHost(text)).toEqual({
        ok: true,
        value: workspaceId === undefined ? { origin, path } : { origin, path, workspaceId },
      });
    });
  }
});

test.each(['a', 'account_id'])('?%s= gives the account', (key) => {
  expect(parseHost(`https://acme.databricks.com/?o=8&${key}=0a1b-2c`)).toEqual({
    ok: true,
    value: { origin: 'https://acme.databricks.com', path: '', workspaceId: '8', accountId: '0a1b-2c' },
  });
});

describe('what is no host is refused with what is wrong', () => {
  const example = 'Write https://<workspace host>, for example https://adb-123.4.azuredatabricks.net.';
  for (const [text, problem] of [
    ['', 'it is empty.'],
    ['   ', 'it is empty.'],
    ['https://', '"https://" is not a valid address.'],
    ['https://a b', '"https://a b" is not a valid address.'],
    [
      'http://adb-123.4.azuredatabricks.net',
      'it begins with http://, but a token must not be sent unencrypted.',
    ],
    ['http://127.0.0.1.example.com', 'it begins with http://, but a token must not be sent unencrypted.'],
    ['http://localhost.example.com', 'it begins with http://, but a token must not be sent unencrypted.'],
    [
      'ftp://adb-123.4.azuredatabricks.net',
      'it begins with ftp://, but a token must not be sent unencrypted.',
    ],
  ] as const) {
    test(JSON.stringify(text), () => {
      expect(parseHost(text)).toEqual({ ok: false, problem, fix: example });
    });
  }

  test('a host with credentials in it does not repeat them', () => {
    const result = parseHost('https://ada:hunter2@adb-123.4.azuredatabricks.net');
    expect(result).toEqual({
      ok: false,
      problem: 'it contains a user name or a password.',
      fix: `${example} Use the inputs for credentials.`,
    });
  });
});
