import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Both need more than npm: a Python environment, and processes that are killed.
    exclude: [...configDefaults.exclude, 'test/peers/**', 'test/crash/**'],
    setupFiles: ['test/require-node.ts'],
    pool: 'threads',
    maxWorkers: 2,
    // No test replaces a module: a third of the processor's time goes into loading the same ones again otherwise.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
