import type { AgainInputs, CallAgain } from '../../inputs/call-again.ts';
import { code, paragraph, type Block } from '../document.ts';

/** What to run by hand, behind a sentence without its end that names the action. */
export function callBlocks(again: CallAgain, what: string, action: string, inputs: AgainInputs): Block[] {
  return [
    paragraph(`${what}${again.language === 'yaml' ? ' with:' : ':'}`),
    code(again.language, again.text(action, inputs)),
  ];
}
