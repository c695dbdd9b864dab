import { hasCode, PromoteError } from '../domain/errors.ts';
import { contradiction, contradicts, type StatedId } from '../domain/stated-id.ts';
import { header } from './errors.ts';
import type { Answer } from './transport.ts';

/** The response header by which a workspace says which one it is (auth-and-http §3.5, uc-protocol §10.4). */
const WORKSPACE = 'x-databricks-org-id';

/** The workspace that the caller states: what comes from another one is a fault of the inputs, found before any write. */
export class StatedWorkspace {
  readonly #stated: StatedId;
  #isTold = false;
  #contradiction: PromoteError | undefined;
  #asked: Promise<void> | undefined;

  constructor(stated: StatedId) {
    this.#stated = stated;
  }

  /** The error of an answer that comes from another workspace. */
  errorOf({ status, headers }: Pick<Answer, 'status' | 'headers'>): PromoteError | undefined {
    const told = header(headers, WORKSPACE);
    // A host that refuses a token may not know yet for which of its workspaces it is.
    if (told === '' || status === 401) return undefined;
    this.#isTold = true;
    if (!contradicts(this.#stated.value, told)) return undefined;
    this.#contradiction = contradiction(this.#stated, told, 'workspace');
    return this.#contradiction;
  }

  /**
   * Before a write: where no answer has told the workspace yet, something is read that tells it. Throws when one has told
   * another.
   */
  async settle(read: () => Promise<unknown>): Promise<void> {
    if (this.#contradiction !== undefined) throw this.#contradiction;
    if (this.#isTold) return;
    this.#asked ??= this.#ask(read);
    await this.#asked;
  }

  /** A workspace that tells nothing of itself contradicts nothing. */
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
