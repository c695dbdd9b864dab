import { switchNames, type SwitchName } from '../../emulator/switches.ts';
import { GROUPS, type Row } from '../row.ts';
import { accessFacts, accessSights } from './access.ts';
import { aliasFacts, aliasSights } from './aliases.ts';
import { auditLogRows } from './audit-log.ts';
import { fileFacts, fileSights } from './files.ts';
import { switchRow, type Sight } from './kinds.ts';
import { listFacts, listSights } from './lists.ts';
import { modelFacts, modelSights } from './models.ts';
import { operations } from './operations/reads.ts';
import { createOperations } from './operations/create.ts';
import { copyOperations } from './operations/copies.ts';
import { labelOperations } from './operations/labels.ts';
import { rightSights } from './rights.ts';
import { tagFacts, tagSights } from './tags.ts';
import { versionFacts, versionSights } from './versions.ts';
import { workspaceFacts, workspaceRows } from './workspace.ts';

/** How each switch of the emulator is seen from outside: a new switch needs an entry here. */
const sights: Readonly<Record<SwitchName, Sight>> = {
  ...modelSights,
  ...versionSights,
  ...aliasSights,
  ...tagSights,
  ...fileSights,
  ...accessSights,
  ...rightSights,
  ...listSights,
};

const all: readonly Row[] = [
  ...createOperations,
  ...operations,
  ...labelOperations,
  ...copyOperations,
  ...switchNames.map((name) => switchRow(name, sights[name])),
  ...modelFacts,
  ...versionFacts,
  ...aliasFacts,
  ...tagFacts,
  ...fileFacts,
  ...accessFacts,
  ...listFacts,
  ...auditLogRows,
  ...workspaceRows,
  ...workspaceFacts,
];

/** Every row, group by group: the one source of what is tried and of the table in `docs/conformance.md`. */
export const rows: readonly Row[] = GROUPS.flatMap((group) => all.filter((row) => row.group === group));
