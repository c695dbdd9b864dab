import * as core from '@actions/core';
import type { Logger } from '../domain/ports.ts';
import { escapeLogLine } from '../report/log-text.ts';

/** The job's log. The runner reads commands out of every line, so each text is escaped before it is printed. */
export const actionsLogger: Logger = {
  info(text) {
    core.info(escapeLogLine(text));
  },
  debug(text) {
    if (core.isDebug()) core.debug(escapeLogLine(text));
  },
  warning(text) {
    core.warning(escapeLogLine(text));
  },
};
