import { onTestFinished } from 'vitest';
import type { Emulator, EmulatorOptions } from '../../emulator/index.ts';
import type { FullName } from '../../src/domain/full-name.ts';
import { databricksRegistry } from '../../src/registry/databricks/open.ts';
import type { Registry } from '../../src/registry/port.ts';
import { bench, clientOf } from '../http/client-bench.ts';

/** Models of the demo as names. */
export const PROD: FullName = { catalog: 'prod', schema: 'ml_team', model: 'fraud_detection' };
export const STAGING: FullName = { catalog: 'staging', schema: 'ml_team', model: 'fraud_detection' };

/** A registry of the demo's world, read and written as its promoter; its admin may use everything there. */
export async function registryBench(
  options: EmulatorOptions = {},
  token = 'emulator-promoter',
): Promise<{ readonly registry: Registry; readonly emulator: Emulator; readonly slept: readonly number[] }> {
  const authorizer = { headers: async () => ({ authorization: `Bearer ${token}` }) };
  const { http, emulator, slept } = await bench({ authorizer }, options);
  const files = await clientOf(emulator.url, { authorizer });
  for (const catalog of ['prod', 'staging']) {
    emulator.metastore.grant('catalog', catalog, 'admin@example.com', [
      'USE_CATALOG',
      'USE_SCHEMA',
      'EXECUTE',
    ]);
  }
  onTestFinished(() => {
    if (emulator.violations.length > 0) throw new Error(emulator.violations.join(' '));
  });
  return {
    registry: databricksRegistry({
      endpoints: {},
      control: http,
      files: files.http,
    }),
    emulator,
    slept,
  };
}

/** A registry of whatever answers at an address. */
export async function registryAt(host: string): Promise<Registry> {
  const { http } = await clientOf(host);
  return databricksRegistry({
    endpoints: {},
    control: http,
    files: http,
  });
}

/** Everything that an iteration gives. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
