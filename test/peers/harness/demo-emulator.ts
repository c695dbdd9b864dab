import { startEmulator, type Emulator, type EmulatorOptions } from '../../../emulator/index.ts';

/** A running emulator with the two schemas of the mission and one user who may create models in both. */
export interface DemoEmulator {
  readonly emulator: Emulator;
  /** Token of the user. */
  readonly token: string;
  /** The user's name; owner of what is created with the token. */
  readonly user: string;
}

const trainer = 'grace@example.com';

/** A run of that training server, which the emulator finds. */
export const RUN = { runId: '0123456789abcdef0123456789abcdef', workspaceId: '4242' } as const;

/** Starts the emulator of one suite, with a store outside where its switches want one; `close` it in a `finally`. */
export async function startDemoEmulator(
  switches: NonNullable<EmulatorOptions['switches']> = {},
  s3: NonNullable<EmulatorOptions['s3']> = {},
): Promise<DemoEmulator> {
  let token = '';
  const emulator = await startEmulator({
    switches,
    s3,
    seed: (metastore) => {
      metastore.addUser(trainer);
      for (const catalog of ['staging', 'prod']) {
        metastore.createCatalog(catalog);
        metastore.createSchema(`${catalog}.ml_team`);
        metastore.grant('catalog', catalog, trainer, [
          'USE_CATALOG',
          'USE_SCHEMA',
          'CREATE_MODEL',
          'EXECUTE',
        ]);
      }
      metastore.addRun({ ...RUN, tags: {} });
      token = metastore.issueToken(trainer);
    },
  });
  return { emulator, token, user: trainer };
}
