/** What a stub answers. */
export interface StubFault {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One page of a list at an address, with the link to the next one. */
export function page(rows: readonly unknown[], query: URLSearchParams, address: string): StubFault {
  const size = Number(query.get('per_page') ?? '30');
  const number = Number(query.get('page') ?? '1');
  const further = new URLSearchParams([...query]);
  further.set('page', String(number + 1));
  const next = `<${address}?${further.toString()}>; rel="next"`;
  return {
    ...json(200, rows.slice((number - 1) * size, number * size)),
    ...(number * size < rows.length ? { headers: { link: next } } : {}),
  };
}

/** An answer in JSON. */
export function json(status: number, body: unknown): StubFault {
  return { status, body: JSON.stringify(body) };
}

/** A refusal, as GitHub words it. */
export function refusal(status: number, message: string): StubFault {
  return json(status, { message, documentation_url: 'https://docs.github.com/rest', status: String(status) });
}
