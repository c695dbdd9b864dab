/** The word that hands on an input which was left out: the default in `action.yml` of one without a value of its own. */
export const LEFT_OUT = 'none';
