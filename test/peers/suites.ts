import { actActions } from './github/act/actions.ts';
import { actInjection } from './github/act/injection.ts';
import { actPins } from './github/act/pins.ts';
import { actWorkflows } from './github/act/workflows.ts';
import { actionlint } from './github/actionlint.ts';
import { signingIn } from './sdk/auth.ts';
import { naiveAudit } from './audit/naive.ts';
import { sarifFiles } from './audit/sarif.ts';
import { compatibility } from './compatibility/suite.ts';
import { conformanceMlflow, conformanceSwitches, conformanceUnityCatalog } from './conformance/suite.ts';
import { copies } from './mlflow/copies.ts';
import { downloads } from './mlflow/download.ts';
import { gitlabPipeline } from './gitlab/pipeline.ts';
import { gitHub } from './github/api.ts';
import { eventFiles } from './github/events.ts';
import { interop, interopNative } from './mlflow/interop.ts';
import { interopTwins } from './mlflow/interop-twins.ts';
import { languageService } from './github/language-service.ts';
import { managedModels } from './mlflow/managed.ts';
import { mission } from './mlflow/mission.ts';
import { mlflowDeaths } from './mlflow/deaths.ts';
import { mlflowDependencies } from './mlflow/dependencies.ts';
import { mlflowFaults } from './mlflow/faults.ts';
import { mlflowFiles } from './mlflow/files.ts';
import { mlflowOnGoogle, mlflowOnMoto } from './mlflow/stores.ts';
import { mlflowVariants } from './mlflow/suites.ts';
import { mlmodelMutations } from './mlmodel/mutations.ts';
import { modelSigning } from './mlflow/model-signing.ts';
import { outsideTokenEndpoint } from './sdk/oidc-provider.ts';
import type { CaseResult } from './harness/outcome.ts';
import { parity } from './mlflow/parity.ts';
import type { PeerName } from '../../scripts/peers/table.ts';
import { ownModel } from './mlflow/own-model.ts';
import { registered } from './mlflow/registered.ts';
import { mlflowRegistry } from './mlflow/registry.ts';
import { mlflowPromotion } from './mlflow/promote.ts';
import { unityCatalogRegistry } from './unity-catalog/registry.ts';
import { unityCatalogOpen } from './unity-catalog/open.ts';
import type { PeerContext } from './harness/script.ts';
import { sdkJs } from './sdk/javascript.ts';
import { planFilesSuite } from './plan/files.ts';
import { planPolicy } from './plan/policy.ts';
import { renderedPages } from './pages/rendered.ts';
import { releaseMatrix } from './mlflow/release-matrix.ts';
import { signatureAgreement } from './compatibility/agreement.ts';
import { signatureReleases } from './compatibility/releases.ts';
import { auditLogVariants } from './sdk/audit-log.ts';
import { printedSql } from './sdk/printed-sql.ts';
import { azurite, googleStore, moto, versitygw } from './stores/suites.ts';
import { typeHints } from './compatibility/type-hints.ts';
import { servingVariants } from './workspace/serving.ts';
import { workspaceEngine } from './workspace/engine.ts';
import { workspaceVariants } from './workspace/suite.ts';
import { workspaceValidation } from './workspace/validation.ts';
import { zizmor } from './github/zizmor.ts';

/** Cases that share what they start, and the peers that judge in them. */
export interface Suite {
  readonly peers: readonly PeerName[];
  /** Gives nothing when none of its names was asked for. */
  readonly run: (context: PeerContext) => AsyncGenerator<CaseResult>;
}

/** Every suite. Each starts servers and folders of its own, so that two can run at a time; the long ones first. */
export const suites: readonly Suite[] = [
  ...mlflowVariants.map((run) => ({ peers: ['mlflow', 'databricks-sdk'] as const, run })),
  { peers: ['mlflow', 'moto', 'boto3'], run: mlflowOnMoto },
  { peers: ['mlflow', 'gcp-storage-emulator', 'google-cloud-storage'], run: mlflowOnGoogle },
  { peers: ['mlflow'], run: mlflowDependencies },
  { peers: ['mlflow'], run: mlflowFaults },
  { peers: ['mlflow'], run: signatureAgreement },
  { peers: ['mlflow'], run: signatureReleases },
  { peers: ['mlflow'], run: compatibility },
  { peers: ['mlflow'], run: mlmodelMutations },
  { peers: ['mlflow'], run: typeHints },
  { peers: ['mlflow'], run: parity },
  { peers: ['mlflow'], run: interop },
  { peers: ['mlflow', 'databricks-sdk'], run: managedModels },
  { peers: ['mlflow'], run: interopNative },
  { peers: ['mlflow'], run: interopTwins },
  { peers: ['mlflow'], run: releaseMatrix },
  { peers: ['mlflow'], run: copies },
  { peers: ['mlflow'], run: downloads },
  { peers: ['mlflow'], run: registered },
  { peers: ['mlflow', 'scikit-learn'], run: mission },
  { peers: ['mlflow'], run: ownModel },
  { peers: ['mlflow'], run: mlflowRegistry },
  { peers: ['mlflow'], run: mlflowPromotion },
  { peers: ['mlflow', 'moto', 'boto3'], run: mlflowFiles },
  { peers: ['mlflow'], run: mlflowDeaths },
  { peers: ['unity-catalog'], run: unityCatalogRegistry },
  { peers: ['unity-catalog'], run: unityCatalogOpen },
  { peers: [], run: conformanceSwitches },
  { peers: ['mlflow'], run: conformanceMlflow },
  { peers: ['unity-catalog'], run: conformanceUnityCatalog },
  ...workspaceVariants.map((run) => ({ peers: ['databricks-sdk', 'mlflow', 'scikit-learn'] as const, run })),
  { peers: ['databricks-sdk', 'mlflow', 'scikit-learn'], run: workspaceValidation },
  ...servingVariants.map((run) => ({ peers: ['databricks-sdk'] as const, run })),
  { peers: ['databricks-sdk'], run: workspaceEngine },
  { peers: ['databricks-sdk'], run: signingIn },
  { peers: ['databricks-sdk'], run: naiveAudit },
  { peers: ['databricks-sdk-js'], run: sdkJs },
  { peers: ['oidc-provider'], run: outsideTokenEndpoint },
  { peers: ['model-signing'], run: modelSigning },
  { peers: ['versitygw', 'boto3'], run: versitygw },
  { peers: ['moto', 'boto3'], run: moto },
  { peers: ['azurite', 'azure-storage-blob'], run: azurite },
  { peers: ['gcp-storage-emulator', 'google-cloud-storage'], run: googleStore },
  { peers: ['sqlglot'], run: printedSql },
  ...auditLogVariants.map((run) => ({ peers: ['databricks-sdk', 'sqlglot'] as const, run })),
  { peers: ['act'], run: actActions },
  { peers: ['act'], run: actInjection },
  { peers: ['act'], run: actWorkflows },
  { peers: ['act'], run: actPins },
  { peers: ['github-description', 'prism'], run: gitHub },
  { peers: ['webhook-events'], run: eventFiles },
  { peers: ['gitlab-ci-local'], run: gitlabPipeline },
  { peers: ['language-service'], run: languageService },
  { peers: ['actionlint'], run: actionlint },
  { peers: ['opa'], run: planPolicy },
  { peers: ['zizmor'], run: zizmor },
  { peers: ['cmarkgfm'], run: renderedPages },
  { peers: ['rfc8785', 'jsonschema'], run: planFilesSuite },
  { peers: ['sarif-schema', 'jsonschema'], run: sarifFiles },
];
