/** States of a warehouse (databricks-sdk-py 0.162 `State`). */
export type WarehouseState = 'RUNNING' | 'STARTING' | 'STOPPED' | 'STOPPING' | 'DELETED';

/** A SQL warehouse. */
export interface Warehouse {
  id: string;
  name: string;
  creator: string;
  state: WarehouseState;
  /** Looks that a statement still waits for while it starts. */
  starting: number;
  /** Whether it starts by itself when a statement comes; one that does not leaves statements waiting. */
  starts: boolean;
}

/** States of a statement (databricks-sdk-py 0.162 `StatementState`). */
export type StatementState = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELED' | 'CLOSED';

/** Why a statement failed: the code of the API, words that begin with the condition of SQL, and its SQLSTATE. */
export interface StatementError {
  code: string;
  message: string;
  sqlState?: string;
}

/** A column of a result. */
export interface ResultColumn {
  name: string;
  type: string;
}

/** What a statement selected; every value is text. */
export interface StatementResult {
  columns: ResultColumn[];
  rows: (string | null)[][];
  /** `row_limit` cut it. */
  isCut: boolean;
}

/** A named value of a statement; without a value it is NULL. */
export interface StatementParameter {
  name: string;
  type: string;
  value: string | undefined;
}

/** A statement that was submitted. Times are milliseconds since 1970. */
export interface Statement {
  id: string;
  caller: string;
  warehouseId: string;
  text: string;
  parameters: StatementParameter[];
  rowLimit: number | undefined;
  state: StatementState;
  error?: StatementError;
  result?: StatementResult;
  endedAt?: number;
}

/** One event as the audit log has it, whatever its table then shows. */
export interface AuditEvent {
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  action: string;
  caller: string;
  params: Record<string, string>;
  status: number;
  error: string | undefined;
  userAgent: string;
}
