import { OUTCOME_MEANINGS } from '../../domain/outcome.ts';

/** The exit code of a command: that of its run, or of an error where the run succeeded and something it was to leave behind is lost. */
export class ExitCode {
  readonly #set: (code: number) => void;
  #ofRun = 0;
  #isLost = false;

  constructor(set: (code: number) => void) {
    this.#set = set;
  }

  /** Notes how the run ended. */
  end(code: number): void {
    this.#ofRun = code;
    this.#apply();
  }

  /** Notes that something which was asked for could not be written. */
  lose(): void {
    this.#isLost = true;
    this.#apply();
  }

  #apply(): void {
    const isSilent = this.#ofRun === 0 && this.#isLost;
    this.#set(isSilent ? OUTCOME_MEANINGS.error.commandExitCode : this.#ofRun);
  }
}
