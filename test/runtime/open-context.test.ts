import { expect, test } from 'vitest';
import { ActionRecord } from '../../src/actions/contract/record.ts';
import { HostMetadataMemo } from '../../src/http/host-metadata.ts';
import { openContext } from '../../src/runtime/open-context.ts';
import { signInSettings } from '../../src/runtime/sign-in-settings.ts';
import { redactingRunner, Redactor } from '../../src/runtime/redactor.ts';
import { recordingRunner } from '../actions/recording-runner.ts';

test('whatever the sign-in throws, the connections that were opened are there to be ended', async () => {
  const environment = {
    DATABRICKS_HOST: 'https://no.such.host',
    DATABRICKS_CONFIG_PROFILE: 'absent',
    HOME: '/nowhere',
  };
  const { runner } = recordingRunner({ environment });
  const closers: (() => Promise<void>)[] = [];
  const going = new AbortController().signal;
  const cancel = { signal: going, writeSignal: going, release() {} };
  const inputs = { 'dry-run': false, summary: true } as Parameters<typeof openContext>[0];
  const opening = openContext(inputs, new ActionRecord(), redactingRunner(runner, new Redactor()), {
    cancel,
    registry: 'databricks',
    destination: signInSettings(environment),
    source: undefined,
    metadata: new HostMetadataMemo(runner.clock),
    onClose: (close) => void closers.push(close),
  });
  await expect(opening).rejects.toThrow('Input `profile` names a file that cannot be read');
  // The end of every request, and the connections.
  expect(closers).toHaveLength(2);
  await Promise.all(closers.map((close) => close()));
});
