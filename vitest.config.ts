import { configDefaults, defineConfig } from 'vitest/config';

/**
 * Tests that hand `process.env` and the command files of a job to the packages of the runner, which keep them, or load
 * modules that end the process on a signal.
 */
const OWN_WORKER = [
  'test/dist/{demo,drill}.test.ts',
  'test/security/**/*.test.ts',
  'test/runtime/**/*.test.ts',
  'test/peers/**/*.test.ts',
];

export default defineConfig({
  test: {
    setupFiles: ['test/require-node.ts', 'test/drawn-cases.ts'],
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Peers and crash points need more than npm: a Python environment, and processes that are killed.
    exclude: [...configDefaults.exclude, 'test/crash/**'],
    projects: [
      {
        extends: true,
        // Loading the same modules for each file again would take a third of the processor's time.
        test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: OWN_WORKER, isolate: false },
      },
      { extends: true, test: { name: 'own', include: OWN_WORKER, isolate: true } },
    ],
  },
});
