/** Media type of Sigstore bundles of version 0.3 (https://docs.sigstore.dev/about/bundle/). */
export const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
/** Type of the payload of every envelope here: an in-toto statement. */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** An in-toto statement as it is signed, byte for byte. */
export type Payload = Buffer;

/** A payload with signatures (https://github.com/secure-systems-lab/dsse), in JSON. */
export interface Envelope {
  payload: Payload;
  signatures: Buffer[];
}

/** What is signed of a payload: it, its type and both lengths (DSSE's pre-authentication encoding). */
export function preAuthenticated(payload: Payload): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload]);
}

/**
 * Reads the envelope of a bundle.
 * @throws Refusal if there is none around an in-toto statement
 */
export function readEnvelope(envelope: unknown): Envelope {
  const { payload, payloadType, signatures } = recordOf(envelope, 'it has no envelope');
  if (payloadType !== PAYLOAD_TYPE || typeof payload !== 'string' || !Array.isArray(signatures))
    throw new Refusal('its envelope holds no in-toto statement');
  return {
    payload: Buffer.from(payload, 'base64'),
    signatures: signatures.map((entry: unknown) => {
      const { sig } = recordOf(entry, 'its envelope holds no signature');
      if (typeof sig !== 'string') throw new Refusal('its envelope holds no signature');
      return Buffer.from(sig, 'base64');
    }),
  };
}

/** The text of a bundle, of the parts that are the same whoever signs. */
export function bundleText(verificationMaterial: object, { payload, signatures }: Envelope): string {
  return JSON.stringify({
    mediaType: BUNDLE_TYPE,
    verificationMaterial: { ...verificationMaterial, tlogEntries: [] },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType: PAYLOAD_TYPE,
      signatures: signatures.map((signature) => ({ sig: signature.toString('base64'), keyid: '' })),
    },
  });
}

/** A reason why a signature does not hold, as a clause about it. */
export class Refusal extends Error {}

export function recordOf(value: unknown, otherwise: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refusal(otherwise);
  return value as Record<string, unknown>;
}
