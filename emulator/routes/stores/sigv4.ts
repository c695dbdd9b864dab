import { createHash, createHmac } from 'node:crypto';
import { ApiError } from '../../metastore/api-error.ts';
import { accessDenied, hasEnded } from './objects.ts';
import type { Context, StorageGrant } from '../route.ts';

/** Region of every bucket: not the one that clients try first. */
export const REGION = 'eu-central-1';

/** Key id of every temporary credential. */
export const ACCESS_KEY_ID = 'ASIAEMULATOR0000TEST';

const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/**
 * Checks the signature of a request as Amazon S3 does (Amazon S3 API reference, "Authenticating Requests: Using the
 * Authorization Header (AWS Signature Version 4)"), and returns what its session token allows.
 */
export function checkSigV4(context: Context, anyRegion = false): StorageGrant {
  const { vault } = context;
  const said = signedWith(context);
  if (said === undefined) throw accessDenied();
  const { keyId, day, region, token, time, names, signature } = said;
  const grant = vault.open(token);
  if (grant === undefined || keyId !== ACCESS_KEY_ID)
    throw accessDenied(
      'The AWS Access Key Id you provided does not exist in our records.',
      'InvalidAccessKeyId',
    );
  const signed = names.split(';');
  if (!said.mustSign.every((name) => signed.includes(name))) throw accessDenied();
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical(context, signed, said.payload))].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(
    (last, part) => createHmac('sha256', last).update(part).digest(),
    `AWS4${vault.keyOf(token)}`,
  );
  if (createHmac('sha256', key).update(text).digest('hex') !== signature)
    throw accessDenied('The request signature we calculated does not match.', 'SignatureDoesNotMatch');
  if (hasEnded(context, grant) || said.endsAt <= context.session.now())
    throw new ApiError(400, 'ExpiredToken', 'The provided token has expired.', 'xml');
  if (region !== REGION && !anyRegion)
    throw new ApiError(
      400,
      'AuthorizationHeaderMalformed',
      `The region is wrong; expecting '${REGION}'`,
      'xml',
    );
  return grant;
}

/** What the signer of a request says of it; `endsAt` in milliseconds since 1970. */
interface Signed {
  keyId: string;
  day: string;
  region: string;
  names: string;
  signature: string;
  token: string;
  time: string;
  payload: string;
  endsAt: number;
  mustSign: readonly string[];
}

function signedWith(context: Context): Signed | undefined {
  const { headers } = context;
  const [, keyId = '', day = '', region = '', names = '', signature] =
    HEADER.exec(headers.authorization ?? '') ?? [];
  if (signature === undefined) return signedUrl(context.target);
  return {
    ...{ keyId, day, region, names, signature },
    token: one(headers['x-amz-security-token']),
    time: one(headers['x-amz-date']),
    payload: one(headers['x-amz-content-sha256']),
    endsAt: Number.POSITIVE_INFINITY,
    mustSign: ['host', 'x-amz-date', 'x-amz-security-token'],
  };
}

/** A signed URL (Amazon S3 API reference, "Authenticating Requests: Using Query Parameters"). */
function signedUrl(target: string): Signed | undefined {
  const query = new URLSearchParams(target.split('?')[1]);
  const of = (name: string): string => query.get(`X-Amz-${name}`) ?? '';
  const [keyId = '', day = '', region = '', ...scope] = of('Credential').split('/');
  if (of('Algorithm') !== 'AWS4-HMAC-SHA256' || scope.join('/') !== 's3/aws4_request') return undefined;
  const time = of('Date');
  const begins = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u, '$1-$2-$3T$4:$5:$6Z'));
  return {
    ...{ keyId, day, region, time },
    names: of('SignedHeaders'),
    signature: of('Signature'),
    token: of('Security-Token'),
    payload: 'UNSIGNED-PAYLOAD',
    endsAt: begins + 1000 * Number(of('Expires')),
    mustSign: ['host'],
  };
}

function canonical({ method, target, headers }: Context, signed: readonly string[], payload: string): string {
  const [path = '', query = ''] = target.split('?');
  const rows = query
    .split('&')
    .filter((part) => part !== '' && !part.startsWith('X-Amz-Signature='))
    .map((part) => (part.includes('=') ? part : `${part}=`))
    .sort();
  const values = signed.map((name) => `${name}:${one(headers[name]).trim().replace(/ +/g, ' ')}\n`);
  return [method, path, rows.join('&'), values.join(''), signed.join(';'), payload].join('\n');
}

function one(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
