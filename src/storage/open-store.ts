import { RouteRefused } from '../transfer/route.ts';
import { AzureStore } from './azure/store.ts';
import { GoogleStore } from './google/store.ts';
import type { ObjectStore, StoreOptions } from './object-store.ts';
import { S3Store } from './s3/store.ts';

/** Opens the store of a place. Throws `RouteRefused` where the credentials are of another cloud. */
export async function openStore({ place, ...rest }: StoreOptions): Promise<ObjectStore> {
  const { secret } = await rest.credentials.get();
  const wanted = place.kind === 'r2' ? 's3' : place.kind;
  if (secret.kind !== wanted)
    throw new RouteRefused(`the credentials are for ${secret.kind}, but the version is on ${place.kind}`);
  switch (place.kind) {
    case 's3':
    case 'r2':
      return new S3Store({ ...rest, place });
    case 'azure':
      return new AzureStore({ ...rest, place });
    case 'google':
      return new GoogleStore({ ...rest, place });
  }
}
