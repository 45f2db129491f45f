import { createHash } from 'node:crypto';
import type { FoundPackage } from './scan.ts';

/** What an SBOM is about. */
export interface DescribedImage {
  /** Repository, or what stands for it where the image is not pushed. */
  name: string;
  /** `sha256:<hex>`. */
  digest: string;
  model: { name: string; version: string | undefined; digest: string; license: string | undefined };
  packages: readonly FoundPackage[];
}

/** Media type of CycloneDX documents. */
export const CYCLONEDX_TYPE = 'application/vnd.cyclonedx+json';

/**
 * An SBOM in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/): the model and the packages. The same image gives the same document, so it
 * has no time of its own, and its serial number follows from the image's digest.
 */
export function cyclonedx({ name, digest, model, packages }: DescribedImage): object {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(digest)}`,
    version: 1,
    metadata: {
      tools: { components: [{ type: 'application', name: 'mlops-actions build-image' }] },
      component: {
        type: 'container',
        'bom-ref': digest,
        name,
        version: digest,
        hashes: [{ alg: 'SHA-256', content: digest.slice('sha256:'.length) }],
      },
    },
    components: [
      {
        type: 'machine-learning-model',
        'bom-ref': `model:${model.digest}`,
        name: model.name,
        ...(model.version !== undefined && { version: model.version }),
        ...licensed(model.license),
        properties: [{ name: 'dev.mlops-actions:model-digest', value: model.digest }],
      },
      ...packages.map((found) => ({
        type: 'library',
        'bom-ref': found.purl,
        name: found.name,
        version: found.version,
        purl: found.purl,
        ...licensed(found.license),
        properties: [{ name: 'dev.mlops-actions:evidence', value: found.installed ? 'installed' : 'lock file' }],
        evidence: { occurrences: found.paths.map((location) => ({ location })) },
      })),
    ],
  };
}

/** By name: what packages state is often no SPDX identifier, and `id` takes nothing else. */
const licensed = (license: string | undefined): object =>
  license === undefined ? {} : { licenses: [{ license: { name: license } }] };

/** A UUID of version 8 (RFC 9562, 5.8) that stands for a text. */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(`sbom ${text}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
