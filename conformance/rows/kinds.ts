import { switchTable, type SwitchName, type SwitchSpec } from '../../emulator/switches.ts';
import { workspaceSwitchTable, type WorkspaceSwitchName } from '../../emulator/workspace/switches.ts';
import type { Capabilities } from '../../src/registry/port.ts';
import type { Group, Need, Observation, Row } from '../row.ts';
import type { RowContext } from '../row-context.ts';

/** How a switch is seen from outside; it returns one of the switch's values, as text. */
export interface Sight {
  readonly group: Group;
  readonly needs?: Need;
  readonly see: (context: RowContext) => Promise<Observation>;
}

/** The sights of some switches, by their names. */
export type Sights = Partial<Record<SwitchName, Sight>>;

const databricksOnly = (_capabilities: Capabilities, kind: string) =>
  kind === 'databricks' ? undefined : 'an assumption about Databricks';

/** The row of a switch: its question and the assumed answer are those of the emulator's table. */
export function switchRow(name: SwitchName | WorkspaceSwitchName, { group, needs, see }: Sight): Row {
  const specs: Readonly<Record<SwitchName | WorkspaceSwitchName, SwitchSpec>> = {
    ...switchTable,
    ...workspaceSwitchTable,
  };
  const spec = specs[name];
  return {
    id: name,
    kind: 'switch',
    group,
    about: spec.about,
    assumed: String(spec.default),
    ...(needs === undefined ? {} : { needs }),
    inapplicable: databricksOnly,
    see,
  };
}

/** A fact about Databricks' responses that the code builds on, without a switch. */
export function fact(
  id: string,
  words: { readonly group: Group; readonly about: string; readonly assumed: string },
  see: Row['see'],
): Row {
  return { id, kind: 'fact', ...words, inapplicable: databricksOnly, see };
}

/** What an operation returns that went as it should. */
export const WORKS = 'works';

/** An operation of our own client; `part` names the capability that it needs. */
export function operation(
  id: string,
  words: {
    readonly about: string;
    readonly needs?: Need;
    readonly unless?: (capabilities: Capabilities) => string | undefined;
  },
  see: Row['see'],
): Row {
  const { about, needs, unless } = words;
  return {
    id,
    kind: 'operation',
    group: 'Operations',
    about,
    assumed: WORKS,
    ...(needs === undefined ? {} : { needs }),
    inapplicable: (capabilities) => unless?.(capabilities),
    see,
  };
}
