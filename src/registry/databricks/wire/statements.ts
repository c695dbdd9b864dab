import * as z from 'zod';

// The statement execution API in its own spelling (databricks-sdk-py 0.162 `StatementExecutionAPI`; workspace-apis §3.1).

const optionalText = z.string().nullish();

/** A part of a result: every value is text or null. An empty list may be left out. */
export const chunk = z.looseObject({
  data_array: z.array(z.array(z.string().nullable())).nullish(),
  next_chunk_index: z.number().int().nullish(),
});

/** A statement as a response shows it. */
export const statement = z.looseObject({
  statement_id: z.string(),
  status: z.looseObject({
    state: z.string(),
    error: z.looseObject({ error_code: optionalText, message: optionalText }).nullish(),
    sql_state: optionalText,
  }),
  result: chunk.nullish(),
});

/** A part of a result. */
export type Chunk = z.output<typeof chunk>;

/** A statement as it is. */
export type Statement = z.output<typeof statement>;

/** A value for a name in a statement, which never becomes a part of its text. */
export interface Parameter {
  readonly name: string;
  readonly type: 'STRING' | 'DATE' | 'TIMESTAMP';
  readonly value: string;
}

/** The body that submits a statement. It may be waited for longer than the response is held. */
export function submission(
  warehouse: string,
  { text, parameters }: { readonly text: string; readonly parameters: readonly Parameter[] },
) {
  return {
    statement: text,
    warehouse_id: warehouse,
    parameters,
    wait_timeout: '10s',
    on_wait_timeout: 'CONTINUE',
    disposition: 'INLINE',
    format: 'JSON_ARRAY',
  };
}
