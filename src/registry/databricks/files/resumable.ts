import type { RouteChoice } from '../../../transfer/route.ts';
import { ResumableWriter } from '../../../storage/resumable.ts';
import { abandonUpload, sizeOf, type Upload } from './parts.ts';
import { expireTime, isFresh, presign, toSignedUrl, type AgeingUrl } from './signed.ts';
import * as wire from '../wire/files.ts';

const CHOICE: RouteChoice = { route: 'resumable upload', reason: '50 MiB or more, Google storage' };

/** A large upload into Google's storage by signed URLs, which are renewed as they age (auth-and-http §14.1). */
export function signedResumable(upload: Upload): ResumableWriter {
  const { http, path, file, token } = upload;
  let signed: AgeingUrl | undefined;
  const url = async (renew: boolean): Promise<AgeingUrl> => {
    if (!renew && isFresh(http, signed)) return signed;
    const json = { path, session_token: token, expire_time: expireTime(http) };
    const request = {
      method: 'POST',
      template: '/api/2.0/fs/create-resumable-upload-url',
      json,
      retry: 'safe',
    } as const;
    const response = await presign(http, request, wire.resumableUrl);
    signed = toSignedUrl(http, response.resumable_upload_url);
    return signed;
  };
  return new ResumableWriter({
    http,
    choice: CHOICE,
    file,
    url,
    storedSize: () => sizeOf(http, path),
    abandon: () => abandonUpload(upload),
  });
}
