import * as z from 'zod';
import { int64 } from '../../wire-values.ts';

const signedUrl = z.looseObject({
  url: z.string().min(1),
  headers: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
});

/** A signed URL and its headers. */
export type SignedUrlRow = z.output<typeof signedUrl>;

/** A page of a directory listing of the Files API (uc-protocol §9.2). */
export const directoryPage = z.looseObject({
  contents: z
    .array(
      z.looseObject({
        path: z.string(),
        name: z.string().nullish(),
        is_directory: z.boolean().nullish(),
        file_size: int64.nullish(),
      }),
    )
    .nullish(),
  next_page_token: z.string().nullish(),
});

/** Response of `create-download-url` (uc-protocol §9.2). */
export const downloadUrl = signedUrl;

/** Response of `initiate-upload`: parts in any order, or one after the other on Google's storage (auth-and-http §14.1). */
export const initiated = z.looseObject({
  multipart_upload: z.looseObject({ session_token: z.string().min(1) }).nullish(),
  resumable_upload: z.looseObject({ session_token: z.string().min(1) }).nullish(),
});

/** Response of `create-upload-part-urls`. */
export const partUrls = z.looseObject({
  upload_part_urls: z.array(
    z.looseObject({
      part_number: z.coerce.number().int().positive(),
      url: z.string().min(1),
      headers: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
    }),
  ),
});

/** Response of `create-resumable-upload-url`. */
export const resumableUrl = z.looseObject({ resumable_upload_url: signedUrl });

/** Response of `create-abort-upload-url`. */
export const abortUrl = z.looseObject({ abort_upload_url: signedUrl });

const keys = z.looseObject({
  access_key_id: z.string().min(1),
  secret_access_key: z.string().min(1),
  session_token: z.string().nullish(),
});

/** Temporary credentials of the native family; the legacy one wraps them (uc-protocol §9.4). Exactly one kind is there. */
export const nativeCredentials = z.looseObject({
  expiration_time: int64.nullish(),
  storage_mode: z.string().nullish(),
  aws_temp_credentials: keys.nullish(),
  r2_temp_credentials: keys.nullish(),
  azure_user_delegation_sas: z.looseObject({ sas_token: z.string().min(1) }).nullish(),
  gcp_oauth_token: z.looseObject({ oauth_token: z.string().min(1) }).nullish(),
  encryption_details: z
    .looseObject({
      sse_encryption_details: z
        .looseObject({ algorithm: z.string().nullish(), aws_kms_key_arn: z.string().nullish() })
        .nullish(),
    })
    .nullish(),
});

/** Response of `generate-temporary-credentials` of the legacy family. */
export const legacyCredentials = z.looseObject({ credentials: nativeCredentials });

/** One response with temporary credentials. */
export type CredentialsRow = z.output<typeof nativeCredentials>;

/** Response of `get-download-uri` (uc-protocol §4.1). */
export const downloadUri = z.looseObject({ artifact_uri: z.string().min(1) });
