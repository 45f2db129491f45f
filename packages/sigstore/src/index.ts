export { BUNDLE_TYPE } from './envelope.ts';
export { GITHUB_ISSUER, type Identity } from './identity.ts';
export { readSignerInputs, readTrustInputs, signerOf, trustOf, type SignerInputs, type TrustInputs } from './inputs.ts';
export { claimedIdentity } from './keyless.ts';
export { signingServices, type SigningServices } from './services.ts';
export { signStatement, type Signer } from './sign.ts';
export { bundleVerifier, verifyBundle, type Trust, type Verification } from './verify.ts';
