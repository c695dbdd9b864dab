import { generateKeyPairSync, sign } from 'node:crypto';

/** A key and a certificate, both PEM. */
export interface SelfSigned {
  readonly key: string;
  readonly cert: string;
}

/** Certificates name whole seconds, and OpenSSL's clock may be a tick behind Node's: one made now may be of the future. */
const hourAgo = (): Date => new Date(Date.now() - 3_600_000);

/**
 * Makes a self-signed X.509 certificate (RFC 5280) for 127.0.0.1 and localhost, valid for a day from `from`. Written by
 * hand because Node can read certificates and not make them, and the tests need nothing but npm.
 */
export function selfSigned(from = hourAgo()): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  const name = sequence(node(0x31, sequence(oid(0x55, 0x04, 0x03), text(0x0c, 'test'))));
  const until = new Date(from.getTime() + 86_400_000);
  const altNames = sequence(text(0x82, 'localhost'), node(0x87, Buffer.from([127, 0, 0, 1])));
  const body = sequence(
    node(0xa0, integer(2)),
    integer(1),
    ecdsaWithSha256,
    name,
    sequence(time(from), time(until)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    node(0xa3, sequence(sequence(oid(0x55, 0x1d, 0x11), node(0x04, altNames)))),
  );
  const certificate = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, privateKey)));
  const lines = certificate.toString('base64').match(/.{1,64}/gu) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}

/** A DER value: tag, length, content (X.690). */
function node(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content);
  const size = bytes.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), bytes]);
}

function sequence(...content: readonly Uint8Array[]): Buffer {
  return node(0x30, ...content);
}

function oid(...bytes: readonly number[]): Buffer {
  return node(0x06, Buffer.from(bytes));
}

function integer(value: number): Buffer {
  return node(0x02, Buffer.from([value]));
}

function bits(content: Uint8Array): Buffer {
  return node(0x03, Buffer.from([0]), content);
}

function text(tag: number, value: string): Buffer {
  return node(tag, Buffer.from(value, 'utf8'));
}

/** GeneralizedTime, whole seconds in UTC. */
function time(date: Date): Buffer {
  return text(0x18, date.toISOString().replace(/\D/gu, '').slice(0, 14).concat('Z'));
}
