import { createNodeResolver, flatConfigs } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Folder → what it may not import, and why. The arrows of docs/architecture.md, enforced. */
const boundaries = [
  {
    folder: 'src/domain',
    forbidden: [
      '**/clients/**',
      '**/activities/**',
      '**/workflows/**',
      '**/workers/**',
      '**/api/**',
      '**/temporal/**',
      '**/config/**',
      '**/observability/**',
      'node:*',
      'zod',
    ],
    reason: 'domain/ holds pure values: it is bundled with the workflows and does no I/O',
  },
  {
    folder: 'src/contracts',
    forbidden: [
      '**/clients/**',
      '**/activities/**',
      '**/workflows/**',
      '**/workers/**',
      '**/api/**',
      '**/temporal/**',
      '**/config/**',
      '**/observability/**',
      'node:*',
      'zod',
    ],
    reason: 'contracts/ is shared by the API, workflows and activities: names and plain types only',
  },
  {
    folder: 'src/clients',
    forbidden: ['**/activities/**', '**/workflows/**', '**/workers/**', '**/api/**', '**/temporal/**', '@temporalio/*'],
    reason: 'clients/ know one vendor each and nothing of Temporal',
  },
  {
    folder: 'src/activities',
    forbidden: ['**/workflows/**', '**/workers/**', '**/api/**'],
    reason: 'activities/ are called by workers and never look upwards',
  },
  {
    folder: 'src/activities/*/mapping',
    forbidden: [
      '**/workflows/**',
      '**/workers/**',
      '**/api/**',
      '**/temporal/**',
      '**/observability/**',
      'undici',
      '@temporalio/*',
    ],
    reason: 'mapping/ is pure: documents in, documents out',
  },
  {
    folder: 'src/api',
    forbidden: ['**/clients/**', '**/activities/**', '**/workflows/**', '**/workers/**'],
    reason: 'the API records and reports; it never talks to a vendor',
  },
  {
    folder: 'sandbox',
    forbidden: ['**/src/**'],
    reason: 'the sandbox is a second reading of the vendor contracts: it imports nothing of ours',
  },
];

/** Rules for code that runs inside the deterministic workflow sandbox. */
const workflowImports = {
  files: ['src/workflows/**/*.ts'],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: [
              '**/clients/**',
              '**/workers/**',
              '**/api/**',
              '**/temporal/**',
              '**/config/**',
              '**/observability/**',
              'node:*',
              'zod',
              'undici',
              'luxon',
            ],
            message: 'workflows import contracts/, domain/ and @temporalio/workflow only',
          },
          {
            group: ['**/activities', '**/activities/**'],
            allowTypeImports: true,
            message: 'workflows see activities by `import type` only',
          },
        ],
      },
    ],
    'no-restricted-globals': ['error', 'process', 'fetch', 'setInterval', 'setImmediate', 'require'],
  },
};

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.state/**'] },
  ...tseslint.configs.recommendedTypeChecked,
  flatConfigs.typescript,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.mjs', '*.cjs', 'tools/*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: flatConfigs.recommended.plugins,
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js'] })] },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'max-params': ['error', 5],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'only src/config reads the environment' },
      ],
    },
  },
  ...boundaries.map(({ folder, forbidden, reason }) => ({
    files: [`${folder}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: [{ group: forbidden, message: reason }] }],
    },
  })),
  {
    // Fences, not targets: what is longer is nearly always two things.
    files: ['src/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  workflowImports,
  {
    // Command-line programs print, and read the environment before any configuration exists.
    files: ['tools/**', 'bench/**', 'sandbox/**/main.ts', 'src/ops/**', 'src/config/**', 'test/**'],
    rules: { 'no-console': 'off', 'no-restricted-properties': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-unused-expressions': 'off', '@typescript-eslint/require-await': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    ...tseslint.configs.disableTypeChecked,
    rules: {
      ...tseslint.configs.disableTypeChecked.rules,
      'import-x/no-default-export': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-deprecated': 'off',
      'no-restricted-properties': 'off',
      'no-console': 'off',
    },
  },
);
