export type {
  Artifact,
  Check,
  Contract,
  Endpoint,
  Environment,
  Feature,
  Gate,
  Image,
  Manifest,
  ModelIdentity,
  Registry,
  Slice,
  Validation,
} from './generated/manifest.ts';
export { parseGate } from './parse.ts';
export {
  loadManifest,
  loadManifestIfPresent,
  parseManifest,
  type LoadedManifest,
  type ResolvedManifest,
} from './load.ts';
