import { subjectOf, UserError, type Statement } from '@mlops-actions/action-kit';
import {
  attachArtifact,
  blobOf,
  collect,
  formatRepository,
  listAttached,
  parseManifest,
  type Described,
  type Descriptor,
  type Digest,
  type RegistryClient,
  type Repository,
} from '@mlops-actions/oci';
import { BUNDLE_TYPE } from './envelope.ts';
import { bundleVerifier, type Trust, type Verification } from './verify.ts';

/** Predicate of a statement that signs an image and says no more of it, as cosign writes and reads it since version 3. */
export const IMAGE_SIGNATURE = 'https://sigstore.dev/cosign/sign/v1';
export const SLSA_PROVENANCE = 'https://slsa.dev/provenance/v1';

/** Any version of the bundles that registries hold. */
const ANY_BUNDLE = 'application/vnd.dev.sigstore.bundle';
/** Annotation by which clients find the bundle that they look for (cosign, specs/BUNDLE_SPEC.md). */
const PREDICATE_ANNOTATION = 'dev.sigstore.bundle.predicateType';

/** Whoever may push may attach: so many bundles are looked at, and so much of each. */
const MAX_BUNDLES = 100;
const MAX_SIZE = 16 * 2 ** 20;

/** The statement that signs an image. */
export function imageSignature(name: string, digest: Digest): Statement {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [subjectOf(name, digest)],
    predicateType: IMAGE_SIGNATURE,
    predicate: {},
  };
}

/** Attaches a bundle to an image, where cosign and `gh attestation verify` look for it. */
export async function attachBundle(
  client: RegistryClient,
  repository: Repository,
  subject: Described,
  bundle: string,
  predicateType: string,
): ReturnType<typeof attachArtifact> {
  return attachArtifact(client, repository, subject, {
    artifactType: BUNDLE_TYPE,
    layers: [blobOf(BUNDLE_TYPE, Buffer.from(bundle))],
    annotations: { 'dev.sigstore.bundle.content': 'dsse-envelope', [PREDICATE_ANNOTATION]: predicateType },
  });
}

/** Whether an image is signed: by whom, or why not, as a clause about it. */
export type ImageVerification = { holds: true; by: string } | { holds: false; reason: string };

/**
 * Looks for a signature of an image among what is attached to it: one that holds and is about this very image, whether it signs the image
 * alone or says how it was built.
 */
export async function verifyImage(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  trust: Trust,
): Promise<ImageVerification> {
  const attached = (await listAttached(client, repository, digest)).filter(mayBeSignature);
  if (attached.length === 0) return { holds: false, reason: 'no signature is attached to it' };
  const verify = await bundleVerifier(trust);
  const reasons = new Set<string>();
  for (const descriptor of attached.slice(0, MAX_BUNDLES)) {
    const text = await readBundle(client, repository, descriptor);
    const verified: Verification =
      text === undefined ? { holds: false, reason: 'it is no bundle' } : await verify(text);
    const reason = verified.holds ? whyNot(verified.statement, digest) : verified.reason;
    if (verified.holds && reason === undefined) return { holds: true, by: verified.by };
    reasons.add(reason!);
  }
  return {
    holds: false,
    reason: `none of its ${attached.length} signatures holds: ${[...reasons].slice(0, 3).join('; ')}`,
  };
}

/** Whether an attachment can be what is looked for. The annotation only spares a download: what it says is not believed. */
function mayBeSignature({ artifactType, annotations }: Descriptor): boolean {
  const type = annotations?.[PREDICATE_ANNOTATION];
  return (
    (artifactType ?? '').startsWith(ANY_BUNDLE) &&
    (type === undefined || type === IMAGE_SIGNATURE || type === SLSA_PROVENANCE)
  );
}

/** The text of an attached bundle; undefined for something else. */
async function readBundle(
  client: RegistryClient,
  repository: Repository,
  descriptor: Descriptor,
): Promise<string | undefined> {
  const where = `${formatRepository(repository)}@${descriptor.digest}`;
  const { mediaType, bytes } = await client.getManifest(repository, descriptor.digest);
  const [layer] = parseManifest(bytes, mediaType, where).layers;
  if (layer === undefined || !layer.mediaType.startsWith(ANY_BUNDLE) || layer.size > MAX_SIZE) return undefined;
  const tooLong = (): Error => new UserError(`${where}: the registry sends more than it says.`);
  return (await collect(client.store(repository).blob(layer).open(), MAX_SIZE, tooLong)).toString('utf8');
}

/** Why a signed statement does not sign an image; undefined if it does. */
function whyNot(statement: unknown, digest: Digest): string | undefined {
  const { predicateType, subject } = (statement ?? {}) as { predicateType?: unknown; subject?: unknown };
  if (predicateType !== IMAGE_SIGNATURE && predicateType !== SLSA_PROVENANCE)
    return `it says something else of it (${String(predicateType)})`;
  const subjects = Array.isArray(subject) ? (subject as { digest?: { sha256?: unknown } }[]) : [];
  return subjects.some((each) => `sha256:${String(each?.digest?.sha256)}` === digest)
    ? undefined
    : 'it is about another image';
}
