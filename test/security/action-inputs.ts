import { DOWNLOAD_FOLDER } from '../../bench/download-folder.ts';
import { following } from '../../bench/crafted-pins.ts';
import { craftedPlan, given } from '../../bench/crafted-plan.ts';
import { apply } from '../../src/actions/apply.ts';
import { auditAliases } from '../../src/actions/audit-aliases.ts';
import { checkConnection } from '../../src/actions/check-connection.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import { downloadVersion } from '../../src/actions/download-version.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { promote } from '../../src/actions/promote.ts';
import { registerVersion } from '../../src/actions/register-version.ts';
import { rollback } from '../../src/actions/rollback.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { syncAliases } from '../../src/actions/sync-aliases.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { cleanUp } from '../../src/actions/clean-up.ts';
import { manageModel } from '../../src/actions/manage-model.ts';
import { updateServing } from '../../src/actions/update-serving.ts';
import { validateSignature } from '../../src/actions/validate-signature.ts';
import { validateVersion } from '../../src/actions/validate-version.ts';
import { PROD, RUN, STAGING } from '../../emulator/seeds/demo-models.ts';

const COPY = { source: `models:/${STAGING}/1`, destination: PROD };

/** Every action once, by inputs that let it read all that it can. */
export const STEPS: readonly (readonly [string, Action, Record<string, string>])[] = [
  ['find-version', findVersion, { model: PROD }],
  ['validate-signature', validateSignature, { model: PROD, version: '2' }],
  ['gate-on-grants', gateOnGrants, { ...COPY, operations: 'copy, set-alias, tag' }],
  ['apply', apply, given(craftedPlan(2))],
  ['validate-version', validateVersion, { model: PROD, version: '2', 'require-metrics': 'auc >= 0.9' }],
  ['update-serving', updateServing, { model: PROD, alias: 'Champion', endpoints: 'fraud-rt' }],
  ['manage-model', manageModel, { model: PROD, 'new-name': 'fraud_scores' }],
  ['clean-up', cleanUp, { model: PROD, 'include-others': 'true' }],
  ['set-alias', setAlias, { model: PROD, alias: 'Champion', version: '2' }],
  ['tag-status', tagStatus, { model: PROD, version: '2', status: 'approved' }],
  ['audit-aliases', auditAliases, { models: 'prod.*\nstaging.*' }],
  ['copy-version', copyVersion, COPY],
  ['download-version', downloadVersion, { model: PROD, version: '2', folder: DOWNLOAD_FOLDER }],
  ['register-version', registerVersion, { source: `runs:/${RUN}/model`, destination: PROD }],
  ['check-connection', checkConnection, { model: PROD, catalogs: 'prod\nstaging' }],
  [
    'rollback',
    rollback,
    { model: PROD, alias: 'Champion', 'from-version': '2', 'to-version': '1', reason: 'incident 7' },
  ],
  ['sync-aliases', syncAliases, following('copied')],
  ['promote', promote, { ...COPY, 'require-status': 'approved', 'set-status': 'promoted' }],
];
