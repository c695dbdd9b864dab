import { AwsClient } from 'aws4fetch';
import { expect, test } from 'vitest';
import { bench, L, type Bench } from './request-bench.ts';

const INPUTS = { name: 'prod.ml.fraud', source: 'dbfs:/run' };

/** A signer with the temporary credentials of a new version, and the address of its folder in the store. */
async function store({ call, emulator }: Bench) {
  await call('owner', 'POST', `${L}/model-versions/create`, { json: INPUTS });
  const version = { name: INPUTS.name, version: '3' };
  const operation = 'MODEL_VERSION_OPERATION_READ_WRITE';
  const given = await call('owner', 'POST', `${L}/model-versions/generate-temporary-credentials`, {
    json: { ...version, operation },
  });
  const place = await call('owner', 'GET', `${L}/model-versions/get-download-uri`, { query: version });
  const { aws_temp_credentials: keys } = given.json['credentials'] as {
    aws_temp_credentials: Record<'access_key_id' | 'secret_access_key' | 'session_token', string>;
  };
  const signer = new AwsClient({
    accessKeyId: keys.access_key_id,
    secretAccessKey: keys.secret_access_key,
    sessionToken: keys.session_token,
    service: 's3',
    region: 'eu-central-1',
    retries: 0,
  });
  const folder = String(place.json['artifact_uri']).replace('s3://', `${emulator.url}/object-store/s3/`);
  const signed = async (method: string, file: string, expires = '60') => {
    const url = `${folder}/${file}?X-Amz-Expires=${expires}`;
    return (await signer.sign(url, { method, aws: { signQuery: true } })).url;
  };
  return { signer, folder, signed };
}

test('an object goes in by one request and comes back by a signed URL', async () => {
  const started = await bench({ switches: { vendedCredentials: 'aws' } });
  const { signer, folder, signed } = await store(started);
  const put = await signer.fetch(`${folder}/data/a.bin`, { method: 'PUT', body: 'some bytes' });
  expect(put.status).toBe(200);
  const read = await fetch(await signed('GET', 'data/a.bin'));
  expect([read.status, await read.text()]).toEqual([200, 'some bytes']);
  const written = await fetch(await signed('PUT', 'b.bin'), { method: 'PUT', body: 'others' });
  expect(written.status).toBe(200);
  expect(Object.keys(started.emulator.state().models[INPUTS.name]?.versions['3']?.files ?? {})).toEqual([
    'b.bin',
    'data/a.bin',
  ]);
  expect(started.emulator.violations).toEqual([]);
});

test('a signed URL is refused for another object, for another method and when it has ended', async () => {
  const started = await bench({ switches: { vendedCredentials: 'aws' } });
  const { signer, folder, signed } = await store(started);
  await signer.fetch(`${folder}/a.bin`, { method: 'PUT', body: 'some bytes' });
  const url = await signed('GET', 'a.bin');
  const codes = [];
  for (const [target, method] of [
    [url.replace('a.bin', 'b.bin'), 'GET'],
    [url, 'PUT'],
    [await signed('GET', 'a.bin', '0'), 'GET'],
  ] as const) {
    const response = await fetch(target, { method });
    codes.push([response.status, /<Code>(\w+)</u.exec(await response.text())?.[1]]);
  }
  expect(codes).toEqual([
    [403, 'SignatureDoesNotMatch'],
    [403, 'SignatureDoesNotMatch'],
    [400, 'ExpiredToken'],
  ]);
});

test('a bucket tells its region to a signer of any region, which a client asks before it signs for one', async () => {
  const world = await bench({ switches: { vendedCredentials: 'aws' } });
  const { signer, folder } = await store(world);
  const bucket = folder.split('/metastore/')[0] ?? '';
  for (const region of ['us-east-1', 'eu-central-1']) {
    const request = await signer.sign(`${bucket}?location`, { aws: { region } });
    const seen = await fetch(request);
    expect([seen.status, await seen.text()]).toEqual([
      200,
      expect.stringContaining('<LocationConstraint>eu-central-1</LocationConstraint>'),
    ]);
  }
  expect((await fetch(`${bucket}?location`)).status).toBe(403);
});
