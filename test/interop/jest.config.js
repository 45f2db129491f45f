import base from '../../jest.config.js';

/** Tests against real foreign tools; each says plainly when its tool is not installed. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/interop/**/*.interop.test.ts'],
  testTimeout: 300_000,
};
