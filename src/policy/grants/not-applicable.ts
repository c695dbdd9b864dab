import type { NotApplicable } from '../../domain/decision.ts';

/** Said of privileges where a registry has none that could be read. */
export const NO_GRANTS: NotApplicable = {
  notApplicable: 'this registry has no readable grants; it may still refuse requests',
};

/** Said of privileges where a registry does not know who calls it: its authorization is off. */
export const NO_CALLERS: NotApplicable = {
  notApplicable: 'the authorization of this registry is off, so every caller may do everything',
};
