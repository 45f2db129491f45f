export type {
  Artifact,
  Check,
  CheckWaiver,
  Contract,
  DataValidation,
  Endpoint,
  Environment,
  Feature,
  Gate,
  Image,
  Manifest,
  ModelIdentity,
  Registry,
  OrganisationPolicy,
  Pipeline,
  Slice,
  Strictness,
  Validation,
} from './generated/manifest.ts';
export { parseGate, parseOrganisationPolicy } from './parse.ts';
export {
  loadManifest,
  loadManifestIfPresent,
  manifestOf,
  parseManifest,
  type LoadedManifest,
  type ResolvedManifest,
} from './load.ts';
