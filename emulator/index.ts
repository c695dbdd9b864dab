export { startEmulator } from './server/start.ts';
export { seedScratch } from './seeds/scratch.ts';
export { Metastore } from './metastore/metastore.ts';
export { Faults, type Fault, type FaultRule } from './faults.ts';
export { generatedSlice, type GeneratedFile } from './metastore/generator.ts';
export {
  settleSwitches,
  switchNames,
  switchTable,
  type SwitchName,
  type SwitchSpec,
  type Switches,
} from './switches.ts';
export {
  workspaceSwitchNames,
  workspaceSwitchTable,
  type WorkspaceSwitchName,
} from './workspace/switches.ts';
export type { UpdateFailure } from './workspace/serving/state.ts';
export { RunFaults, type RunFault, type RunFaultRule } from './run-faults.ts';
export { ENDINGS, type EndingCode } from './workspace/jobs/endings.ts';
export { signIdToken, verifyIdToken, type IdTokenClaims } from './metastore/issuer.ts';
export type { FederationPolicy } from './metastore/state.ts';
export { routes } from './routes/index.ts';
export { refusals, type Refusal } from './evidence/refusals/table.ts';
export type { Route, RouteSource } from './routes/route.ts';
export type {
  EndpointSnapshot,
  MetastoreSnapshot,
  ModelSnapshot,
  VersionSnapshot,
} from './metastore/snapshot.ts';
export type { RequestRecord } from './server/record.ts';
export type { EmulatorOptions, Emulator, JobSettings } from './emulator.ts';
