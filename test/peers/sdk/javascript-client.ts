/** A request or an answer. */
export type Fields = Readonly<Record<string, unknown>>;
type Call = (request: Fields) => Promise<Fields>;
type List = (request: Fields) => AsyncIterable<Fields>;

/** What we call of `WorkspaceClient`. */
export interface Client {
  readonly currentUser: { readonly me: () => Promise<Fields> };
  readonly registeredModels: Readonly<
    Record<'get' | 'create' | 'update' | 'delete' | 'setAlias' | 'deleteAlias', Call>
  > & {
    readonly list: List;
  };
  readonly modelVersions: Readonly<Record<'get' | 'getByAlias', Call>> & { readonly list: List };
  readonly grants: Readonly<Record<'get' | 'getEffective', Call>>;
  readonly files: {
    readonly listDirectoryContents: List;
    readonly getMetadata: Call;
    readonly download: Call;
  };
}

/** A client with these credentials. */
export type ClientOf = (credentials: Fields) => Client;

/** Every row of every page. */
export async function all(rows: AsyncIterable<Fields>): Promise<Fields[]> {
  const found: Fields[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

/** The status and the code of a refusal; throws when there was none. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { statusCode, message } = error as { statusCode?: number; message: string };
    const code = /"error_code":"(\w+)"/u.exec(message)?.[1];
    return `${statusCode ?? ''} ${code ?? message}`;
  }
  throw new Error('not refused');
}
