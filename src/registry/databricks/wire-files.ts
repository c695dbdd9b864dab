import * as z from 'zod';

const signedUrl = z.looseObject({
  url: z.string().min(1),
  headers: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
});

/** A signed URL and its headers. */
export type SignedUrlRow = z.output<typeof signedUrl>;

/** Answer of `create-download-url` (uc-protocol §9.2). */
export const downloadUrl = signedUrl;

/** Answer of `initiate-upload`: parts in any order, or one after the other on Google's storage (auth-and-http §14.1). */
export const initiated = z.looseObject({
  multipart_upload: z.looseObject({ session_token: z.string().min(1) }).nullish(),
  resumable_upload: z.looseObject({ session_token: z.string().min(1) }).nullish(),
});

/** Answer of `create-upload-part-urls`. */
export const partUrls = z.looseObject({
  upload_part_urls: z.array(
    z.looseObject({
      part_number: z.coerce.number().int().positive(),
      url: z.string().min(1),
      headers: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
    }),
  ),
});

/** Answer of `create-resumable-upload-url`. */
export const resumableUrl = z.looseObject({ resumable_upload_url: signedUrl });

/** Answer of `create-abort-upload-url`. */
export const abortUrl = z.looseObject({ abort_upload_url: signedUrl });
