import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '../../../emulator/index.ts';
import { SEED_INPUTS, seedRegistry, type SeededRegistry } from '../../audit/seeds/registry.ts';
import { policyHost, SEED_POLICY } from '../../audit/seeds/policy-file.ts';
import { ROOT } from '../../imports.ts';
import type { CaseResult } from '../harness/outcome.ts';
import { NO_SERVER, runCases, type PeerContext } from '../harness/script.ts';
import { runAudit } from './run.ts';

const SUITE = 'naive audit';

/** Registries of one run; the nightly run asks for more. Seeds beyond those of the unit tests. */
const REGISTRIES = Number(process.env['AUDIT_REGISTRIES'] ?? '20');
const FIRST_SEED = 1001;

/** Registries that stand at a time, which one script looks through within its time limit. */
const AT_A_TIME = 4;

/** A naive audit with the official SDK, written from the page of findings alone, finds what we do in generated registries. */
export async function* naiveAudit({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(SUITE)) return;
  for (let done = 0; done < REGISTRIES; done += AT_A_TIME) {
    const count = Math.min(AT_A_TIME, REGISTRIES - done);
    const folder = await mkdtemp(join(tmpdir(), 'uc-promote-audit-'));
    const emulators: Emulator[] = [];
    const host = await policyHost();
    try {
      const cases = [];
      for (let index = 0; index < count; index += 1) {
        const seed = FIRST_SEED + done + index;
        let seeded: SeededRegistry = { planted: [], pins: '' };
        const emulator = await startEmulator({
          seed: (metastore) => {
            seeded = seedRegistry(metastore, seed);
          },
        });
        emulators.push(emulator);
        const pins = join(folder, `pins-${seed}.yml`);
        await writeFile(pins, seeded.pins);
        const inputs = { ...SEED_INPUTS, pins, verify: seed % 2 === 0 ? 'full' : 'listing' };
        const { planted } = seeded;
        const asked = { ...inputs, ...host.inputs };
        const { findings: ours } = await runAudit(emulator, asked, folder, host.environment);
        cases.push({
          name: `registry ${seed}`,
          url: emulator.url,
          inputs,
          policy: SEED_POLICY,
          planted,
          ours,
        });
      }
      const file = join(folder, 'cases.json');
      await writeFile(file, JSON.stringify(cases));
      const page = join(ROOT, 'docs/audit-aliases.md');
      yield* await runCases({ python, ...NO_SERVER }, SUITE, 'naive_audit.py', [page, file]);
    } finally {
      for (const emulator of emulators) await emulator.close();
      await host.close();
      await rm(folder, { recursive: true, force: true });
    }
  }
}
