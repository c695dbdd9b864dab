import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', '.venv/', '.peers/'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js', 'bench/*.js', 'scripts/stand-in/*.cjs'] },
      },
    },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['bench/*.js', 'scripts/stand-in/*.cjs'],
    ...tseslint.configs.disableTypeChecked,
  },
  {
    files: ['src/**'],
    rules: {
      '@typescript-eslint/no-shadow': 'error',
      // An import of types alone, written otherwise, loads its file.
      '@typescript-eslint/no-import-type-side-effects': 'error',
    },
  },
  { files: ['scripts/stand-in/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    files: [
      'scripts/**',
      'bench/**',
      'emulator/main.ts',
      'conformance/main.ts',
      'conformance/github/main.ts',
      'test/peers/**',
      'test/mutations/**',
    ],
    rules: { 'no-console': 'off' },
  },
);
