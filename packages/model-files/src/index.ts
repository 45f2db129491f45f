export { digestModel, rootDigest, type FileDigest, type ModelDigest } from './digest.ts';
export { listModel, type ModelFile, type ModelListing, type RejectedEntry } from './walk.ts';
