export { startSigstoreEmulator, type SigstoreEmulator, type SigstoreOptions } from './emulator.ts';
export { GITHUB_ISSUER, type Claims } from './tokens.ts';
