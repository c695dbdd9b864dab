import { hasCode } from '../domain/errors.ts';
import { header } from '../http/failed-response.ts';
import { HOST_METADATA, type HostMetadataMemo, type PlainResponse } from '../http/host-metadata.ts';
import type { Host } from '../http/host.ts';
import type { Transport } from '../http/transport.ts';
import { DEFAULT_REGISTRY, REGISTRIES, REGISTRY_KINDS, type RegistryKind } from './table.ts';
import type { Detection } from './definition.ts';

/** A look at a host takes no longer, milliseconds. */
const LOOK_TIMEOUT = 10_000;

/** As much of a response as shows what responds. */
const MAX_BYTES = 64 * 1024;

/**
 * Finds out which kind of registry responds at an address by what it says of itself to somebody without credentials. None are ever sent; an address that does not say is taken for the
 * default, whose first real call then reports what is wrong.
 */
export async function detectRegistry(
  { origin, path }: Host,
  transport: Transport,
  known: HostMetadataMemo,
): Promise<RegistryKind> {
  const metadata = await lookAt(() =>
    known.read(origin, () => plainResponse(`${origin}${HOST_METADATA}`, transport)),
  );
  if (metadata === undefined || detectionOf(DEFAULT_REGISTRY).says(metadata)) return DEFAULT_REGISTRY;
  const others = REGISTRY_KINDS.filter((kind) => kind !== DEFAULT_REGISTRY)
    .map((kind) => ({ kind, page: detectionOf(kind).page(path) }))
    // A page of its own says more than the root, which a gateway may have.
    .sort((a, b) => b.page.length - a.page.length);
  const texts = await Promise.all(
    others.map(({ page }) => lookAt(() => plainResponse(`${origin}${page}`, transport))),
  );
  const found = others.find(({ kind }, index) => detectionOf(kind).says(texts[index] ?? ''));
  return found?.kind ?? DEFAULT_REGISTRY;
}

function detectionOf(kind: RegistryKind): Detection {
  return REGISTRIES[kind].detection;
}

/** The text of a successful response or the challenge of a 401, empty for any other one; undefined when none came. */
async function lookAt(ask: () => Promise<PlainResponse>): Promise<string | undefined> {
  try {
    const { status, text } = await ask();
    return status === 200 || status === 401 ? text : '';
  } catch (error) {
    // A page over the limit says something, though nothing that is known here.
    return hasCode(error, 'protocol') ? '' : undefined;
  }
}

/** Asks without a credential; the text of a 401 is its challenge. */
async function plainResponse(url: string, transport: Transport): Promise<PlainResponse> {
  const response = await transport({
    method: 'GET',
    url,
    headers: { accept: '*/*' },
    signal: AbortSignal.timeout(LOOK_TIMEOUT),
  });
  const { status, headers } = response;
  const seen = { status, date: header(headers, 'date'), age: header(headers, 'age') };
  if (response.status === 200) return { ...seen, text: await response.text(MAX_BYTES) };
  await response.discard();
  return { ...seen, text: response.status === 401 ? header(response.headers, 'www-authenticate') : '' };
}
