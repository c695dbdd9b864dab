import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../emulator/index.ts';
import { call } from '../emulator/request-bench.ts';
import { PROD } from '../../emulator/seeds/demo-models.ts';
import type { Intervention } from './intervention.ts';
import { movesAlias } from './foreign-write.ts';
import { GATEWAY_RESPONSES } from './gateway-response.ts';
import { Gateway } from './gateway.ts';
import { History } from './history.ts';
import { ObservedRegistry } from './observed-registry.ts';

const ALIAS = `/api/2.1/unity-catalog/models/${PROD}/aliases/Champion`;

/** A gateway before the demo's registry that does these interventions to the first move of the alias. */
async function gateway(...interventions: Intervention[]) {
  const emulator = await startEmulator({ seed: 'demo' });
  emulator.metastore.addVersion(PROD, {});
  emulator.metastore.addVersion(PROD, {});
  const history = new History(emulator.state());
  const others: string[] = [];
  const opened = await Gateway.open({
    run: 'A1',
    registry: new ObservedRegistry(emulator, history),
    history,
    strikes: [{ at: { method: 'PUT', path: ALIAS }, interventions }],
    ours: async () => void others.push(`ours at ${championOf(history)}`),
  });
  opened.belongsTo({ signal: async (signal) => void others.push(`${signal} at ${championOf(history)}`) });
  onTestFinished(async () => {
    await opened.close();
    await emulator.close();
  });
  const at = { ...emulator, url: opened.url };
  const move = (version: number) =>
    call(at, 'emulator-promoter', 'PUT', ALIAS, { json: { version_num: version } });
  const writes = () =>
    history.events.flatMap((each) =>
      each.kind === 'changed' ? [`${each.by.kind}: ${each.state.models[PROD]?.aliases['Champion']}`] : [],
    );
  return { emulator, history, gateway: opened, others, move, writes };
}

function championOf({ state }: History): number | undefined {
  return state.models[PROD]?.aliases['Champion'];
}

const processed = ({ emulator }: Awaited<ReturnType<typeof gateway>>) =>
  emulator.requests.filter(({ method, status }) => method === 'PUT' && status === 200).length;

describe('what is done to a request', () => {
  test('nothing: it passes, and is noted with the state after it', async () => {
    const at = await gateway();
    expect((await at.move(2)).status).toBe(200);
    const { history } = at;
    expect(history.events.map(({ kind }) => kind)).toEqual(['left', 'changed', 'responded']);
    expect([at.writes(), championOf(history), at.gateway.missed]).toEqual([['run: 2'], 2, []]);
  });

  test.each([
    ['before', 0],
    ['during', 1],
    ['after', 1],
  ] as const)('cut %s the registry dealt with it', async (when, times) => {
    const at = await gateway({ kind: 'cut', when });
    await expect(at.move(2)).rejects.toThrow();
    expect(processed(at)).toBe(times);
  });

  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('a response in place of the registry, %s it', async (when, times) => {
    const at = await gateway({ kind: 'respond', with: GATEWAY_RESPONSES.badGateway, when });
    const seen = await at.move(2);
    expect([seen.status, seen.text.includes('502 Bad Gateway'), processed(at)]).toEqual([502, true, times]);
  });

  test('sent twice: the second is the doing of the network', async () => {
    const at = await gateway({ kind: 'double' });
    expect((await at.move(2)).status).toBe(200);
    expect([processed(at), at.writes()]).toEqual([2, ['run: 2']]);
  });

  test('a copy arrives after the next write, and undoes it', async () => {
    const at = await gateway({ kind: 'replay', when: 'after the next write' });
    await at.move(2);
    await at.move(3);
    expect(at.writes()).toEqual(['run: 2', 'run: 3', 'network: 2']);
  });

  test('a copy arrives at the end', async () => {
    const at = await gateway({ kind: 'replay', when: 'at the end' });
    await at.move(2);
    await at.move(3);
    expect(championOf(at.history)).toBe(3);
    await at.gateway.settle();
    expect(at.writes()).toEqual(['run: 2', 'run: 3', 'network: 2']);
  });

  test.each([
    ['before', ['foreign: 3', 'run: 2']],
    ['after', ['run: 2', 'foreign: 3']],
  ] as const)('somebody writes %s it', async (when, order) => {
    const at = await gateway({ kind: 'foreign', write: movesAlias(PROD, 'Champion', 3), when });
    await at.move(2);
    expect(at.writes()).toEqual(order);
  });

  test.each([
    ['before', 1],
    ['after', 2],
  ] as const)('another run and a signal, %s it', async (when, champion) => {
    const at = await gateway({ kind: 'second-run', when }, { kind: 'signal', signal: 'SIGTERM', when });
    await at.move(2);
    expect(at.others).toEqual([`ours at ${champion}`, `SIGTERM at ${champion}`]);
  });

  test('no response ever comes, until the end', async () => {
    const at = await gateway({ kind: 'silence' });
    const moving = at.move(2);
    const first = await Promise.race([moving, new Promise((resolve) => setTimeout(resolve, 100, 'silent'))]);
    expect(first).toBe('silent');
    await Promise.all([expect(moving).rejects.toThrow(), at.gateway.settle()]);
    expect(processed(at)).toBe(0);
  });

  test('a strike whose request does not come is missed; another request is left alone', async () => {
    const at = await gateway({ kind: 'cut', when: 'before' });
    const seen = await call({ ...at.emulator, url: at.gateway.url }, 'emulator-promoter', 'GET', ALIAS);
    expect([seen.status, at.gateway.missed.length]).toEqual([200, 1]);
  });
});
