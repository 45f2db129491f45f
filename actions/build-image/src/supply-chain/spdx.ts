import { createHash } from 'node:crypto';
import parseLicense from 'spdx-expression-parse';
import type { DescribedImage } from './cyclonedx.ts';

/** Media type of SPDX documents. */
export const SPDX_TYPE = 'application/spdx+json';

/** A licence that is no expression of the SPDX licence list, by the reference that stands for it. */
interface ExtractedLicense {
  licenseId: string;
  extractedText: string;
}

/**
 * An SBOM in SPDX 2.3 (https://spdx.github.io/spdx-spec/v2.3/): the image, which contains the model and the packages.
 *
 * @param created when the image was made (RFC 3339): the same image gives the same document
 */
export function spdx({ name, digest, model, packages }: DescribedImage, created: string): object {
  const extracted = new Map<string, ExtractedLicense>();
  const image = {
    SPDXID: 'SPDXRef-Image',
    name,
    versionInfo: digest,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    primaryPackagePurpose: 'CONTAINER',
    checksums: [{ algorithm: 'SHA256', checksumValue: digest.slice('sha256:'.length) }],
    ...licensed(undefined, extracted),
  };
  const described = {
    SPDXID: 'SPDXRef-Model',
    name: model.name,
    ...(model.version !== undefined && { versionInfo: model.version }),
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    // SPDX 2.3 has no word for a model.
    primaryPackagePurpose: 'FILE',
    comment: `Machine-learning model; the digest of its files is ${model.digest}.`,
    ...licensed(model.license, extracted),
  };
  const contained = packages.map((found) => ({
    SPDXID: `SPDXRef-Package-${hash(found.purl)}`,
    name: found.name,
    versionInfo: found.version,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: found.purl }],
    sourceInfo: `${found.installed ? 'Found in' : 'Named by the lock file'} ${found.paths.join(', ')}`,
    ...licensed(found.license, extracted),
  }));
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `SBOM of ${name}`,
    // The form that the specification gives to creators without a web site; the digest makes it unique.
    documentNamespace: `https://spdx.org/spdxdocs/mlops-actions-build-image-${digest.replace(':', '-')}`,
    creationInfo: { created, creators: ['Tool: mlops-actions build-image'] },
    packages: [image, described, ...contained],
    ...(extracted.size > 0 && { hasExtractedLicensingInfos: [...extracted.values()] }),
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: image.SPDXID },
      ...[described, ...contained].map(({ SPDXID }, index) => ({
        spdxElementId: image.SPDXID,
        // What a lock file alone names was asked for, and may be nowhere in the image.
        relationshipType: packages[index - 1]?.installed === false ? 'DEPENDS_ON' : 'CONTAINS',
        relatedSpdxElement: SPDXID,
      })),
    ],
  };
}

/** What a package declares. Nobody here has concluded anything about it. */
function licensed(license: string | undefined, extracted: Map<string, ExtractedLicense>): object {
  const rest = { licenseConcluded: 'NOASSERTION', copyrightText: 'NOASSERTION' };
  if (license === undefined || license.trim() === '') return { ...rest, licenseDeclared: 'NOASSERTION' };
  if (isExpression(license)) return { ...rest, licenseDeclared: license };
  const licenseId = `LicenseRef-${hash(license)}`;
  extracted.set(licenseId, { licenseId, extractedText: license });
  return { ...rest, licenseDeclared: licenseId };
}

function isExpression(license: string): boolean {
  // A reference would have to be defined in this document, and none of theirs is.
  if (/(License|Document)Ref-/.test(license)) return false;
  try {
    parseLicense(license);
    return true;
  } catch {
    return false;
  }
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
