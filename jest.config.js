/** Tests run as ES modules; SWC strips the types (type checking is `npm run typecheck`). */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{packages,actions}/*/test/**/*.test.ts', '<rootDir>/test/{unit,e2e}/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript' }, experimental: { keepImportAttributes: true } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  setupFiles: ['<rootDir>/test/quiet.js'],
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/.rehearsal/'],
  // Most tests wait for servers and processes; a worker for each core keeps them busy.
  maxWorkers: '100%',
  testTimeout: 60_000,
};
