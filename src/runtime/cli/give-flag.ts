import type { HowToGive } from '../../domain/how-to-give.ts';

/** How an input is given on the command line. */
export const asFlag: HowToGive = {
  to: 'to the command',
  add(input, { example = 'VALUE', environment, secret = false }) {
    if (secret)
      return `Give --${input}-file PATH${environment === undefined ? '' : `, or set ${environment}`}`;
    return `Give --${input} ${/^[\w.:/@-]+$/u.test(example) ? example : 'VALUE'}`;
  },
};
