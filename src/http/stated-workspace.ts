import { hasCode, PromoteError } from '../domain/errors.ts';
import { contradiction, contradicts, type StatedId } from '../domain/stated-id.ts';
import { header } from './failed-response.ts';
import type { Response } from './transport.ts';

/** The response header by which a workspace says which one it is (auth-and-http §3.5, uc-protocol §10.4). */
const WORKSPACE = 'x-databricks-org-id';

/** The workspace that the caller states: what comes from another one is a fault of the inputs, found before any write. */
export class StatedWorkspace {
  readonly #stated: StatedId;
  #isKnown = false;
  #contradiction: PromoteError | undefined;
  #asked: Promise<void> | undefined;

  constructor(stated: StatedId) {
    this.#stated = stated;
  }

  /** The error of a response that comes from another workspace. */
  errorOf({ status, headers }: Pick<Response, 'status' | 'headers'>): PromoteError | undefined {
    const actual = header(headers, WORKSPACE);
    // A host that refuses a token may not know yet for which of its workspaces it is.
    if (actual === '' || status === 401) return undefined;
    this.#isKnown = true;
    if (!contradicts(this.#stated.value, actual)) return undefined;
    this.#contradiction = contradiction(this.#stated, actual, 'workspace');
    return this.#contradiction;
  }

  /**
   * Before a write: where no response has named the workspace yet, something is read whose response does. Throws when one
   * has named another.
   */
  async settle(read: () => Promise<unknown>): Promise<void> {
    if (this.#contradiction !== undefined) throw this.#contradiction;
    if (this.#isKnown) return;
    this.#asked ??= this.#ask(read);
    await this.#asked;
  }

  /** A workspace that never names itself contradicts nothing. */
  async #ask(read: () => Promise<unknown>): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof PromoteError) || hasCode(error, 'other-identity', 'cancelled')) {
        this.#asked = undefined;
        throw error;
      }
    }
  }
}
