/** A limit that refused a request: one on requests passes by itself, one on objects stays until one of them is removed. */
export type Limit = 'requests' | 'objects';

/** What a refusal says. */
export interface Refusal {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string;
  readonly body: string;
  /** The call in words, which begin with its method. */
  readonly call: string;
}

/** Statuses with which a limit may refuse in words alone. */
const STATUSES = new Set([400, 403, 409, 422, 429]);

/** Codes of a limit on objects; Databricks has classes below one, such as `QUOTA_EXCEEDED.UC_RESOURCE_QUOTA_EXCEEDED`. */
const OBJECT_CODES = [/^QUOTA_EXCEEDED(?:\.|$)/u, /_QUOTA_EXCEEDED$/u, /(?:^|_)LIMIT_(?:EXCEEDED|REACHED)$/u];

/** Words about requests; the token bucket is a text by which the official SDKs know such a limit (auth-and-http §8). */
const OF_REQUESTS = [
  /\brate[ -]?limit/iu,
  /\b(?:rate|request|call|token bucket|throughput|concurrency) (?:limit|quota)/iu,
  /\btoo many (?:concurrent |parallel )?(?:requests|calls)\b/iu,
  /\brequests? per\b|\bper (?:second|minute|hour)\b/iu,
  /\btoken bucket\b|\bthrottl|\bQPS\b/iu,
];

const LIMIT_WORD = /\b(?:limit|quota|maximum|too many|more than)\b/iu;

/** Sentences of a limit that is reached, where no code says that it is about one. */
const REACHED = [
  /\b(?:reach|exceed|hit|over|above|beyond)\w*\b[^.]{0,60}\b(?:limit|quota|maximum)\b/iu,
  /\b(?:limit|quota|maximum)\b[^.]{0,60}\b(?:reach|exceed|hit|is \d|of \d)/iu,
  /\blimit: ?\d|\bmaximum number\b|\btoo many\b/iu,
  /\b(?:more than|at most|up to|only) \d+\b/iu,
];

/** What a registry counts. */
const COUNTED =
  /\b(?:alias(?:es)?|versions?|models?|functions?|routines?|schemas?|catalogs?|securables?|objects?|tags?)\b/iu;

/** What is measured and not counted: a text that is too long is an input that is wrong. */
const MEASURED = /\b(?:characters?|length|long(?:er)?|bytes?|[KMG]i?B)\b/iu;

/** Names of people and objects, which say nothing of a limit: in quotes without a space, or of three levels. */
const NAMES = /'[^'\s]*'|"[^"\s]*"|`[^`\s]*`|[^\s.]+\.[^\s.]+\.[^\s.]+/gu;

/** Whatever else is quoted: only a limit on requests is named so. */
const QUOTED = /'[^']*'|"[^"]*"|`[^`]*`/gu;

/**
 * Which limit refused a request, by its code, and where that says nothing or stands for both, as `RESOURCE_EXHAUSTED`
 * does, by its words; undefined where none did.
 */
export function limitOf({ status, code = '', message, body, call }: Refusal): Limit | undefined {
  const isOf = (texts: readonly RegExp[], text: string) => texts.some((each) => each.test(text));
  const isExhausted = code === 'RESOURCE_EXHAUSTED';
  const isOfObjects = isOf(OBJECT_CODES, code);
  const words = message.replace(NAMES, '');
  if (code === 'REQUEST_LIMIT_EXCEEDED') return 'requests';
  if (!isOfObjects && !isExhausted && !STATUSES.has(status)) return undefined;
  if (isOf(OF_REQUESTS, words) || isOf(OF_REQUESTS, code.replaceAll('_', ' '))) return 'requests';
  if (isOfObjects || (isExhausted && /\bQuotaFailure\b/u.test(body))) return 'objects';
  if (isExhausted && status !== 429) return status >= 500 ? 'requests' : 'objects';
  const own = words.replace(QUOTED, '');
  const isSaid =
    isExhausted || status === 429 ? LIMIT_WORD.test(own) : isOf(REACHED, own) && !MEASURED.test(own);
  // A read makes no object that could be one too many.
  if (isSaid && COUNTED.test(own) && !/^(?:GET|HEAD) /u.test(call)) return 'objects';
  return status === 429 ? 'requests' : undefined;
}
