import type { FullName } from '../../src/domain/full-name.ts';

export const PROD: FullName = { catalog: 'prod', schema: 'ml_team', model: 'fraud_detection' };
export const STAGING: FullName = { ...PROD, catalog: 'staging' };
