/** What became of one case; the detail is one line. */
export interface CaseResult {
  readonly verdict: 'ok' | 'FAILED' | 'skipped';
  readonly name: string;
  readonly detail: string;
  /** A table that is printed below the line, its head first. */
  readonly rows?: readonly (readonly string[])[];
}

/** A failed case out of whatever was thrown. */
export function failure(name: string, error: unknown): CaseResult {
  return { verdict: 'FAILED', name, detail: error instanceof Error ? error.message : String(error) };
}

/** The result of a case whose action is not in `dist/`: skipped while one develops, failed in CI, where no registry is to blame. */
export function missingBundle(name: string, action: string): CaseResult {
  const verdict = process.env['CI'] === 'true' ? 'FAILED' : 'skipped';
  return { verdict, name, detail: `no action.yml of ${action}, or no bundle where it says; npm run build` };
}

/** The result of a peer that is not here: skipped when that is the fault of a registry of packages that does not answer, else failed. */
export function unavailable(name: string, { why, excused }: { why: string; excused: boolean }): CaseResult {
  return { verdict: excused ? 'skipped' : 'FAILED', name, detail: why };
}

/** Runs a check that throws when it does not hold; what it returns is the detail. */
export async function check(name: string, body: () => string | Promise<string>): Promise<CaseResult> {
  try {
    return { verdict: 'ok', name, detail: await body() };
  } catch (error) {
    return failure(name, error);
  }
}

/** Throws, naming `what`, unless both are the same when written as JSON. */
export function same(found: unknown, wanted: unknown, what: string): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (left !== right) throw new Error(`${what}: expected ${right}, found ${left}`);
}
