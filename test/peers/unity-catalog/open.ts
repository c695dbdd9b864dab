import { expectCode, runAction } from '../harness/action.ts';
import { startOptional } from '../harness/optional-peer.ts';
import { check, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext } from '../harness/script.ts';
import { must } from './scene.ts';
import { startUnityCatalog, unityCatalogClassPath } from './server.ts';

const MODEL = 'dev.ml.fraud';

/** Our actions against a real Unity Catalog server as it starts by default: without authorization. */
export async function* unityCatalogOpen({ wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted('unity-catalog-open')) return;
  const server = await startOptional('unity-catalog-open', async () =>
    startUnityCatalog(await unityCatalogClassPath(), 'disable'),
  );
  if ('verdict' in server) {
    yield server;
    return;
  }
  try {
    const { admin, url } = server;
    const parents = { catalog_name: 'dev', schema_name: 'ml' };
    await must(server, admin, 'POST', '/catalogs', { name: 'dev' });
    await must(server, admin, 'POST', '/schemas', { name: 'ml', catalog_name: 'dev' });
    await must(server, admin, 'POST', '/models', { name: 'fraud', ...parents });
    await must(server, admin, 'POST', '/models/versions', {
      model_name: 'fraud',
      ...parents,
      source: 'file:/x',
    });
    await must(server, admin, 'PATCH', `/models/${MODEL}/versions/1/finalize`, {
      full_name: MODEL,
      version: 1,
    });
    for (const [how, token] of [
      ['without a token', ''],
      ['with one', admin],
    ] as const) {
      const act = (action: string) => runAction({ action, with: { model: MODEL }, url, token });
      yield await check(
        `unity-catalog-open: ${how}, a version is found, and rights are not judged`,
        async () => {
          const found = await act('find-version');
          expectCode(found, 0);
          same(found.outputs['uri'], `models:/${MODEL}/1`, 'uri');
          if (!found.log.includes('the authorization of this registry is off'))
            throw new Error('the log does not say so');
          const checked = await act('check-connection');
          expectCode(checked, 0);
          same(checked.outputs['principal'], '', 'principal');
          return '';
        },
      );
      yield await check(
        `unity-catalog-open: ${how}, a gate is unsupported, and says so at once`,
        async () => {
          const gate = await act('gate-on-grants');
          same([gate.code, gate.outputs['outcome']], [1, 'unsupported'], 'outcome');
          if (gate.log.includes('Trying again')) throw new Error('it was tried again');
          return '';
        },
      );
    }
  } finally {
    await server.close();
  }
}
