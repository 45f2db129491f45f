import { attest } from './attest.ts';
import { auth } from './auth.ts';
import { checkout } from './checkout.ts';
import { downloadArtifact } from './download-artifact.ts';
import { setupGcloud } from './setup-gcloud.ts';
import { setupNode } from './setup-node.ts';
import type { StandIn } from './stand-in.ts';
import { uploadArtifact } from './upload-artifact.ts';
import { uploadSarif } from './upload-sarif.ts';

/** All stand-ins, by what they stand for. */
export const STAND_INS: ReadonlyMap<string, StandIn> = new Map(
  [attest, auth, checkout, downloadArtifact, setupGcloud, setupNode, uploadArtifact, uploadSarif].map((standIn) => [
    standIn.uses,
    standIn,
  ]),
);

/** The stand-in for `owner/repository[/path]`, whatever the ref. */
export function standInFor(uses: string): StandIn | undefined {
  return STAND_INS.get(uses.toLowerCase());
}
