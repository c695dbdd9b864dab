import { expect, test } from 'vitest';
import { MARKER, PREFIX } from '../../conformance/scope.ts';
import { settleSwitches } from '../../emulator/index.ts';
import { readOptions, type Options } from '../../conformance/options.ts';
import { runSuite } from '../../conformance/suite.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { refusalOf, scratchEmulator } from './scratch-emulator.ts';
import { ENVIRONMENT, OTHERS, runAgainst, SCHEMA } from './run-suite.ts';

test('everything is as assumed on the emulator as it starts, and nothing is left of it', async () => {
  const emulator = await scratchEmulator();
  const before = emulator.state();
  const { exitCode, report } = await runAgainst(emulator.url);
  expect(report.rows.filter(({ verdict }) => verdict === 'differs' || verdict === 'unknown')).toEqual([]);
  const untried = report.rows.filter(({ verdict }) => verdict !== 'as assumed').map(({ id }) => id);
  expect(untried).toEqual(['create-pointer', 'large-upload', 'large-read', 'largeThroughWorkspace']);
  expect([exitCode, report.complete, report.cleanedUp]).toEqual([0, true, true]);
  expect(emulator.state()).toEqual(before);
  expect(emulator.violations).toEqual([]);
});

test('several answers that differ are all named, whatever else the server does', async () => {
  for (const mix of [3, 11]) {
    // An answer that hides what the suite asks for leaves its row unknown, and no other wrong.
    const switches = settleSwitches({}, mix);
    const emulator = await scratchEmulator(switches);
    const { report } = await runAgainst(emulator.url);
    const seen = report.rows.filter(
      ({ kind, verdict }) => kind === 'switch' && verdict !== 'unknown' && verdict !== 'not tried',
    );
    const wrong = seen.filter(
      ({ id, seen: value }) => value !== String(new Map(Object.entries(switches)).get(id)),
    );
    expect(wrong.map(({ id, seen: value }) => `${id}: ${value ?? ''}`)).toEqual([]);
    expect(seen.length).toBeGreaterThan(40);
    expect([report.complete, report.cleanedUp]).toEqual([true, true]);
    expect(emulator.violations).toEqual([]);
  }
});

test('the report and what is printed hold no secret, host, person or name', async () => {
  const emulator = await scratchEmulator({ hiddenObject: '404', manageMovesAliases: false });
  const { report, lines } = await runAgainst(emulator.url);
  const printed = lines.slice(lines.findIndex((line) => line.startsWith('The schema can be used')));
  for (const text of [JSON.stringify(report), printed.join('\n')]) {
    const leaks = [
      /127\.0\.0\.1|localhost/u,
      /emulator-(?:first|second|expired)/u,
      /rivers|7d0c52a4|robot seven|second\.person|stranger/iu,
      /labs|scratchpad|neighbours|secret_project|partner|published|forecast/iu,
      /(?:deep|wide) group/u,
      /3f1c2a9e|4242424242/u,
    ];
    for (const leak of leaks) expect(text).not.toMatch(leak);
    for (const secret of [...emulator.credentials, ...emulator.handedOut]) expect(text).not.toContain(secret);
  }
});

test('what a server says of others is not passed on', async () => {
  const emulator = await scratchEmulator();
  const message =
    'Denied for eve@acme.example on acme.finance.bonus at https://adb-9.azuredatabricks.net/x?o=1 (10.1.2.3, dapi0123456789abcdef, 6f9619ff-8b86-d011-b42d-00cf4fc964ff)';
  emulator.faults.add({
    method: 'GET',
    template: /models\/\{full_name\}\/versions$/,
    times: Infinity,
    kind: { kind: 'status', status: 418, errorCode: 'TEAPOT', message },
  });
  const { report } = await runAgainst(emulator.url, ['--only', 'emptyPages', '--only', 'list-bad-token']);
  const text = JSON.stringify(report);
  expect(text).toContain('TEAPOT');
  expect(text).not.toMatch(/eve|acme|bonus|adb-9|10\.1\.2\.3|dapi0|6f9619ff/u);
});

test('models of others are a refusal, and nothing was sent but reads', async () => {
  for (const model of [`${SCHEMA}.theirs`, `${SCHEMA}.${PREFIX}unmarked`]) {
    const emulator = await scratchEmulator({}, (metastore) => {
      metastore.createModel(model);
    });
    const before = emulator.state();
    const refusal = await refusalOf(runAgainst(emulator.url));
    expect(refusal.message).toMatch(/^There is 1 model in the scratch schema/u);
    expect(refusal.message).not.toContain('theirs');
    expect(emulator.state()).toEqual(before);
    expect(emulator.requests.filter(({ write }) => write)).toEqual([]);
  }
});

test('what an earlier run left is deleted first, by name and mark', async () => {
  const emulator = await scratchEmulator({}, (metastore) => {
    metastore.createModel(`${SCHEMA}.${PREFIX}0000_main`, { description: MARKER });
    metastore.addVersion(`${SCHEMA}.${PREFIX}0000_main`);
  });
  const { report, text } = await runAgainst(emulator.url, ['--only', 'model-absent']);
  expect(text).toContain('an earlier run left 1 of its models');
  expect([report.cleanedUp, Object.keys(emulator.state().models)]).toEqual([true, OTHERS]);
});

test('without --yes nothing is sent; a dry run only reads', async () => {
  const emulator = await scratchEmulator();
  const run = async (...args: string[]) => {
    const lines: string[] = [];
    const { exitCode } = await runSuite({
      options: readOptions(['--host', emulator.url, '--schema', SCHEMA, ...args]) as Options,
      environment: ENVIRONMENT,
      clock: systemClock,
      random: Math.random,
      signal: new AbortController().signal,
      print: (line) => void lines.push(line),
    });
    return [exitCode, lines.at(-1)];
  };
  expect(await run()).toEqual([
    1,
    'Nothing was sent. Add --yes to run the suite, or --dry-run to only sign in and read.',
  ]);
  expect(emulator.requests).toEqual([]);
  expect(await run('--dry-run')).toEqual([0, 'The dry run ends here.']);
  expect(emulator.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('with one principal and no options the rest is not tried, and says what it needs', async () => {
  const emulator = await scratchEmulator();
  const { DATABRICKS_TOKEN } = ENVIRONMENT;
  const { report } = await runAgainst(
    emulator.url,
    ['--only', 'pendingReadable', '--only', 'badTokenStatus'],
    {
      environment: { DATABRICKS_TOKEN },
    },
  );
  expect(report.rows.map(({ id, verdict }) => [id, verdict])).toEqual([
    ['badTokenStatus', 'not tried'],
    ['pendingReadable', 'not tried'],
  ]);
  expect(report.rows.map(({ note }) => note).join()).toMatch(/EXPIRED_DATABRICKS_TOKEN.*SECOND_/u);
});

test('an outage is unknown and no difference, and what a lost answer made is deleted', async () => {
  const emulator = await scratchEmulator();
  const { faults } = emulator;
  const template = /registered-models\/create$/;
  faults.add({ template, skip: 1, kind: { kind: 'drop', when: 'after' } });
  faults.add({ template: /aliases/, method: 'PUT', times: 4, kind: { kind: 'status', status: 503 } });
  const only = ['aliasCaseReturned', 'alias-case', 'existsStatus'].flatMap((id) => ['--only', id]);
  const { report, exitCode } = await runAgainst(emulator.url, only);
  expect(report.rows.map(({ id, verdict }) => [id, verdict])).toEqual([
    ['existsStatus', 'unknown'],
    ['aliasCaseReturned', 'unknown'],
    ['alias-case', 'as assumed'],
  ]);
  expect([exitCode, report.cleanedUp]).toEqual([0, true]);
  expect(Object.keys(emulator.state().models)).toEqual(OTHERS);
});

test('what cannot be deleted is named, and the run has failed', async () => {
  const emulator = await scratchEmulator();
  emulator.faults.add({
    method: 'DELETE',
    template: /models\/\{full_name\}$/,
    times: Infinity,
    kind: { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED' },
  });
  const { exitCode, report, text } = await runAgainst(emulator.url, ['--only', 'alias-flag']);
  expect([exitCode, report.cleanedUp]).toEqual([1, false]);
  expect(text).toMatch(
    /Not deleted: labs\.scratchpad\.uc_promote_conformance_\w+_flag \(403 PERMISSION_DENIED/u,
  );
});

test('an interruption ends the rows and deletes what was made', async () => {
  const emulator = await scratchEmulator();
  const interrupt = new AbortController();
  emulator.faults.add({
    template: /registered-models\/create$/,
    skip: 6,
    kind: { kind: 'run', when: 'after', run: () => interrupt.abort() },
  });
  const { exitCode, report } = await runAgainst(emulator.url, [], { signal: interrupt.signal });
  expect([exitCode, report.complete, report.cleanedUp]).toEqual([1, false, true]);
  expect(report.rows.length).toBeGreaterThan(0);
  expect(Object.keys(emulator.state().models)).toEqual(OTHERS);
});
