import { expect, test } from 'vitest';
import type { Emulator } from '../../emulator/index.ts';
import { world } from '../actions/harness.ts';
import { PROMOTER } from '../../emulator/seeds/demo-models.ts';

import { startStep, type EndedStep } from '../runtime/step.ts';
import { behindTls, forwardProxy, privateAuthority } from './proxies.ts';

async function check(emulator: Emulator, variables: Record<string, string>): Promise<EndedStep> {
  return (await startStep(emulator, 'check-connection', { registry: 'databricks' }, variables)).end();
}

test('a private authority that NODE_EXTRA_CA_CERTS names is trusted', async () => {
  const { emulator } = await world();
  const authority = privateAuthority();
  const { url } = await behindTls(emulator, authority);
  const seen = await check(emulator, { DATABRICKS_HOST: url, NODE_EXTRA_CA_CERTS: authority.trust });
  expect(seen.outputs).toMatchObject({ outcome: 'ok', principal: PROMOTER });
  expect(seen.printed).toContain('NODE_EXTRA_CA_CERTS');
});

test('without it the server is refused, before it hears anything, with the way out', async () => {
  const { emulator } = await world();
  const { url, visits } = await behindTls(emulator, privateAuthority());
  const proxy = await forwardProxy('x');
  const through = { HTTPS_PROXY: `http://ada:x@127.0.0.1:${proxy.port}` };
  const [plain, insecure, proxied] = await Promise.all([
    check(emulator, { DATABRICKS_HOST: url }),
    check(emulator, { DATABRICKS_HOST: url, NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
    check(emulator, { DATABRICKS_HOST: url, NODE_TLS_REJECT_UNAUTHORIZED: '0', ...through }),
  ]);
  const outcomes = [plain, insecure, proxied].map(({ outputs }) => outputs['outcome']);
  expect([outcomes, visits]).toEqual([['unavailable', 'unavailable', 'unavailable'], []]);
  expect(plain.printed).toContain('set NODE_EXTRA_CA_CERTS on the runner');
});

test('a forward proxy with a password is gone through, and the password is never printed', async () => {
  const { emulator } = await world();
  const authority = privateAuthority();
  const { url } = await behindTls(emulator, authority);
  const proxy = await forwardProxy('pass-of-the-proxy');
  const seen = await check(emulator, {
    DATABRICKS_HOST: url,
    NODE_EXTRA_CA_CERTS: authority.trust,
    HTTPS_PROXY: `http://ada:pass-of-the-proxy@127.0.0.1:${proxy.port}`,
    RUNNER_DEBUG: '1',
  });
  expect(seen.outputs).toMatchObject({ outcome: 'ok' });
  expect(new Set(proxy.connects)).toEqual(new Set([`${url.replace('https://', '')} allowed`]));
  expect(seen.printed + seen.summary).not.toContain('pass-of-the-proxy');
  expect(seen.printed).toContain('HTTPS_PROXY');
});

test('a proxy may be named without a scheme; what is no address is told by its variable alone', async () => {
  const { emulator } = await world();
  const authority = privateAuthority();
  const { url } = await behindTls(emulator, authority);
  const proxy = await forwardProxy('x');
  const trusted = { DATABRICKS_HOST: url, NODE_EXTRA_CA_CERTS: authority.trust };
  const [plain, wrong] = await Promise.all([
    check(emulator, { ...trusted, HTTPS_PROXY: `ada:x@127.0.0.1:${proxy.port}` }),
    check(emulator, { ...trusted, HTTPS_PROXY: 'ada:pass-of-the-proxy@proxy.corp:port' }),
  ]);
  expect(plain.outputs['outcome']).toBe('ok');
  expect(proxy.connects.length).toBeGreaterThan(0);
  expect(wrong.outputs['outcome']).toBe('invalid');
  expect(wrong.printed).toContain('Variable `HTTPS_PROXY` is not a valid proxy address');
  expect(wrong.printed + wrong.summary).not.toMatch(/pass-of-the-proxy|proxy\.corp/u);
});

test('NO_PROXY goes past it', async () => {
  const { emulator } = await world();
  const authority = privateAuthority();
  const { url } = await behindTls(emulator, authority);
  const proxy = await forwardProxy('x');
  const seen = await check(emulator, {
    DATABRICKS_HOST: url,
    NODE_EXTRA_CA_CERTS: authority.trust,
    HTTPS_PROXY: `http://ada:x@127.0.0.1:${proxy.port}`,
    NO_PROXY: 'localhost,127.0.0.1',
  });
  expect([seen.outputs['outcome'], proxy.connects]).toEqual(['ok', []]);
});

test('a proxy that refuses: unavailable, and what to check', async () => {
  const { emulator } = await world();
  const proxy = await forwardProxy('right');
  const seen = await check(emulator, {
    DATABRICKS_HOST: 'https://127.0.0.1:9',
    HTTPS_PROXY: `http://ada:wrong@127.0.0.1:${proxy.port}`,
  });
  expect(seen.outputs['outcome']).toBe('unavailable');
  expect(seen.printed).toMatch(/The proxy in HTTPS_PROXY .*\(HTTP 407\)/u);
  expect(seen.printed).toContain('add it to NO_PROXY');
  expect(seen.printed).not.toContain('wrong');
}, 20_000);

test('the debug log has method, template, status and duration; no token, no query of a signed URL', async () => {
  const { emulator } = await world();
  const secret = emulator.metastore.addSecret(PROMOTER);
  const seen = await check(emulator, {
    DATABRICKS_TOKEN: '',
    DATABRICKS_CLIENT_ID: PROMOTER,
    DATABRICKS_CLIENT_SECRET: secret,
    RUNNER_DEBUG: '1',
  });
  expect(seen.printed).toMatch(/^::debug::POST \/oidc\/v1\/token 200 .*\d+ ms$/mu);
  expect(seen.printed).toMatch(/^::debug::GET \/api\/2\.0\/preview\/scim\/v2\/Me 200 .*\d+ ms$/mu);
  const unmasked = seen.printed.replace(/^::add-mask::.*$/gmu, '');
  expect(unmasked).not.toMatch(/emulator-oauth|dose-|Bearer|Basic/u);
  expect(seen.printed).toMatch(/^::add-mask::emulator-oauth-/mu);
});
