import type { MetastoreSnapshot } from '../../../emulator/index.ts';
import { GOOD_FILES } from '../../../emulator/seeds/demo-models.ts';
import type { Trial } from '../trial.ts';
import { readCommand, sendCommand } from './cli.ts';
import { endsWith, named, unless } from './named-schedule.ts';

const NEIGHBOUR = 'prod.ml_team.fraud';

/** Names that Unity Catalog allows and a shell, a flag parser or a URL reads otherwise. */
const ODD: readonly (readonly [model: string, alias: string])[] = [
  ['prod.ml_team.fraud#2', 'Champion'],
  ['prod.ml_team.fraud?x=1', 'Champion'],
  ['prod.ml_team.fraud%232', 'Champion'],
  ["prod.ml_team.ada's", 'Champion'],
  [NEIGHBOUR, '-blue'],
];

/** A11: what is printed to be run does what it says, for every name. */
export const PART_A_PRINTED: readonly Trial[] = ODD.flatMap(([model, alias]) =>
  [false, true].map((isMove) =>
    named(
      `A11: the undo of ${model}@${alias}, ${isMove ? 'moved' : 'set'}`,
      {
        prepare(metastore) {
          for (const name of new Set([NEIGHBOUR, model])) {
            metastore.createModel(name, { owner: 'ml-deployers' });
            metastore.addVersion(name, { files: GOOD_FILES });
            metastore.addVersion(name, { files: GOOD_FILES });
          }
          metastore.setAlias(NEIGHBOUR, 'Champion', 2);
          if (isMove) metastore.setAlias(model, alias, 2);
          else metastore.deleteAlias(model, alias);
        },
      },
      async (stage) => {
        const ran = await stage.run({
          action: 'set-alias',
          inputs: { model, alias, version: '1' },
          intent: { model, alias: { name: alias, to: 1 } },
        });
        const commands = (ran.report?.undo ?? []).flatMap(({ kind, text = '' }) =>
          kind === 'code' && text.startsWith('databricks ') ? [text] : [],
        );
        const faults = [...endsWith(ran, 'ok'), ...unless(commands.length > 0, 'No undo is printed.')];
        for (const text of commands) {
          try {
            await sendCommand(stage.emulator.url, 'emulator-promoter', readCommand(text));
          } catch (error) {
            faults.push(`${text}: ${error instanceof Error ? error.message : String(error)}`);
          }
        }
        const wrong = difference(stage.history.before, stage.emulator.state());
        return [...faults, ...unless(wrong === '', `After ${commands.join('; ')}: ${wrong}`)];
      },
    ),
  ),
);

/** Models, versions and aliases that are not as they were. */
function difference(before: MetastoreSnapshot, after: MetastoreSnapshot): string {
  const shape = (state: MetastoreSnapshot) =>
    Object.entries(state.models).map(
      ([name, { aliases, versions }]) =>
        `${name} ${JSON.stringify(aliases)} ${Object.keys(versions).join(',')}`,
    );
  const now = shape(after);
  const lost = shape(before).filter((line) => !now.includes(line));
  return lost.length === 0 ? '' : `no longer ${lost.join('; ')}, but ${now.join('; ')}`;
}
