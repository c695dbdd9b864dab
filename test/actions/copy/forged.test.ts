import { expect, test } from 'vitest';
import { seedDemo } from '../../../emulator/seeds/demo.ts';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { promote } from '../../../src/actions/promote.ts';
import { world } from '../harness.ts';
import { GOOD_FILES, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';

const COPY = { source: `models:/${STAGING}/1`, destination: PROD };

/** Version 2 of the destination: somebody else's, as large as the source to the byte, with the tags of a copy of ours. */
function forged() {
  const files = Object.fromEntries(
    Object.entries(GOOD_FILES).map(([path, content]) => [
      path,
      path === 'MLmodel' ? content : 'x'.repeat(Buffer.byteLength(content)),
    ]),
  );
  return world({
    seed: (metastore) => {
      seedDemo(metastore);
      metastore.addVersion(STAGING, { files: GOOD_FILES });
      metastore.addVersion(PROD, {
        files,
        source: `models:/${STAGING}/3`,
        createdBy: 'grace@example.com',
        tags: { uc_promote_origin: `models:/${STAGING}/3`, uc_promote_run: 'acme/models/1/1/00000000' },
      });
    },
  });
}

for (const verify of ['size', 'full']) {
  test(`a version that only looks like an earlier copy is not taken (verify: ${verify})`, async () => {
    const { run } = await forged();
    const seen = await run(copyVersion, { ...COPY, source: `models:/${STAGING}/3`, verify });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', version: '3', changed: 'true' });
    expect(seen.after.models[PROD]?.versions['3']?.files).toEqual(
      seen.after.models[STAGING]?.versions['3']?.files,
    );
  });

  test(`and no alias is moved to it (verify: ${verify})`, async () => {
    const { run } = await forged();
    const seen = await run(promote, { ...COPY, source: `models:/${STAGING}/3`, verify });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', version: '3' });
    expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 3 });
  });
}
