import { show } from '../domain/printable.ts';

/**
 * How the body of a failed response is written (auth-and-http §9.1): JSON with `error_code`, that code before a text, SCIM
 * (RFC 7644 §3.12) or OAuth (RFC 6749 §5.2).
 */
export type ErrorForm = 'json' | 'text' | 'scim' | 'oauth';

/** What the body of a failed response says. */
export interface ErrorBody {
  /** Absent where it is none of the forms that are known: then it is not known who wrote it. */
  readonly form?: ErrorForm;
  readonly code?: string;
  readonly message: string;
  readonly requestId?: string;
}

/** Reads the body of a failed response; `isCode` knows the codes that may stand before a text. */
export function readErrorBody(body: string, status: number, isCode: (text: string) => boolean): ErrorBody {
  const text = body.trim();
  const fallback = { message: text === '' ? 'no message' : show(text, 300) };
  const [, code, message] = /^([A-Z_]{3,60}): ([\s\S]*)$/u.exec(text) ?? [];
  if (code !== undefined && isCode(code)) return { form: 'text', code, message: show(message ?? '', 1000) };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return fallback;
  }
  if (typeof parsed !== 'object' || parsed === null) return fallback;
  const fields: ReadonlyMap<string, unknown> = new Map(Object.entries(parsed));
  const requestId = requestIdOf(fields.get('details'));
  const form = formOf(fields, status);
  const said = MESSAGES.map((key) => textOf(fields, key)).find((each) => each !== undefined);
  const unsaid = form.form === undefined ? fallback.message : 'no message';
  return {
    ...form,
    message: said === undefined ? unsaid : show(said, 1000),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** Where the message of an error stands, by the form that has it. */
const MESSAGES = ['message', 'detail', 'error_description', 'errorSummary', 'error'] as const;

function formOf(fields: ReadonlyMap<string, unknown>, status: number): Pick<ErrorBody, 'form' | 'code'> {
  const code = textOf(fields, 'error_code');
  if (code !== undefined) return { form: 'json', code };
  const oauth =
    textOf(fields, 'errorCode') ??
    (textOf(fields, 'error_description') === undefined ? undefined : textOf(fields, 'error'));
  if (oauth !== undefined) return { form: 'oauth', code: oauth };
  if (textOf(fields, 'scimType') !== undefined) return { form: 'scim', code: `SCIM_${status}` };
  return Array.isArray(fields.get('schemas')) && textOf(fields, 'detail') !== undefined
    ? { form: 'scim' }
    : {};
}

function textOf(fields: ReadonlyMap<string, unknown>, key: string): string | undefined {
  const value = fields.get(key);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function requestIdOf(details: unknown): string | undefined {
  if (!Array.isArray(details)) return undefined;
  for (const item of details as unknown[]) {
    if (
      typeof item === 'object' &&
      item !== null &&
      'request_id' in item &&
      typeof item.request_id === 'string'
    ) {
      return show(item.request_id, 100);
    }
  }
  return undefined;
}
