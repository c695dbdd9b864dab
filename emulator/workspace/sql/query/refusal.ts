/** A statement that SQL refuses: an error condition of Databricks, with its SQLSTATE. */
export class SqlError extends Error {
  readonly sqlState: string;

  constructor(condition: string, message: string, sqlState: string) {
    super(`[${condition}] ${message} SQLSTATE: ${sqlState}`);
    this.name = 'SqlError';
    this.sqlState = sqlState;
  }
}

/** What the emulator does not know as SQL. */
export function syntaxError(near: string): SqlError {
  const where = near === '' ? 'end of input' : `'${near}'`;
  return new SqlError('PARSE_SYNTAX_ERROR', `Syntax error at or near ${where}.`, '42601');
}
