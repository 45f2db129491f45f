import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { inclusionProof, leafHash, rootHash } from './merkle.ts';

/** An entry that is proposed to the log, of the kind `dsse` (https://github.com/sigstore/rekor/tree/main/pkg/types/dsse). */
interface Proposed {
  kind?: unknown;
  apiVersion?: unknown;
  spec?: { proposedContent?: { envelope?: unknown; verifiers?: unknown } };
}

interface Envelope {
  payload: string;
  payloadType: string;
  signatures: { sig: string }[];
}

/** A transparency log with Rekor's API, version 1, for DSSE envelopes. */
export class TransparencyLog {
  readonly #pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  /** As after some use: protobuf's JSON leaves out an index of zero and an empty proof, and some clients miss them. */
  readonly #leaves = ['first', 'second', 'third'].map((entry) => leafHash(Buffer.from(entry)));
  readonly #start = this.#leaves.length;
  readonly #origin: string;
  readonly #now: () => Date;

  /** @param origin host of the log, without its port, which its checkpoints name */
  constructor(origin: string, now: () => Date) {
    this.#origin = origin;
    this.#now = now;
  }

  /** The public key (DER, SPKI). */
  get publicKey(): Buffer {
    return this.#pair.publicKey.export({ format: 'der', type: 'spki' });
  }

  /** SHA-256 of the public key. */
  get id(): Buffer {
    return createHash('sha256').update(this.publicKey).digest();
  }

  /** Number of signatures that were entered. */
  get size(): number {
    return this.#leaves.length - this.#start;
  }

  /**
   * Enters a signature.
   * @returns the answer of `POST /api/v1/log/entries`
   * @throws Error if this is no entry
   */
  add(proposed: Proposed): Record<string, object> {
    const body = Buffer.from(canonicalBody(proposed)).toString('base64');
    const integratedTime = Math.floor(this.#now().getTime() / 1000);
    const logIndex = this.#leaves.length;
    this.#leaves.push(leafHash(Buffer.from(body, 'base64')));
    const logID = this.id.toString('hex');
    // Canonical JSON: the names are in order.
    const promise = JSON.stringify({ body, integratedTime, logID, logIndex });
    const root = rootHash(this.#leaves);
    return {
      [leafHash(Buffer.from(body, 'base64')).toString('hex')]: {
        body,
        integratedTime,
        logID,
        logIndex,
        verification: {
          inclusionProof: {
            checkpoint: this.#checkpoint(root),
            hashes: inclusionProof(this.#leaves, logIndex).map((hash) => hash.toString('hex')),
            logIndex,
            rootHash: root.toString('hex'),
            treeSize: this.#leaves.length,
          },
          signedEntryTimestamp: this.#sign(promise).toString('base64'),
        },
      },
    };
  }

  /** The signed head of the tree (https://github.com/C2SP/C2SP/blob/main/tlog-checkpoint.md). */
  #checkpoint(root: Buffer): string {
    // Clients know version 1 of Rekor by the number of its tree.
    const note = `${this.#origin} - 1\n${this.#leaves.length}\n${root.toString('base64')}\n`;
    const signature = Buffer.concat([this.id.subarray(0, 4), this.#sign(note)]);
    return `${note}\n\u2014 ${this.#origin} ${signature.toString('base64')}\n`;
  }

  #sign(text: string): Buffer {
    return sign('sha256', Buffer.from(text), this.#pair.privateKey);
  }
}

/** What the log keeps of an envelope: its digests, signature and verifier, as canonical JSON. */
function canonicalBody({ kind, apiVersion, spec }: Proposed): string {
  const { envelope, verifiers } = spec?.proposedContent ?? {};
  if (kind !== 'dsse' || apiVersion !== '0.0.1' || typeof envelope !== 'string' || !Array.isArray(verifiers))
    throw new Error('only entries of the kind dsse, version 0.0.1, are taken');
  const { payload, payloadType, signatures } = JSON.parse(envelope) as Envelope;
  const bytes = Buffer.from(payload, 'base64');
  const signed = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${bytes.length} `), bytes]);
  const keys = verifiers.map((verifier) => readVerifier(Buffer.from(String(verifier), 'base64').toString()));
  return JSON.stringify({
    apiVersion,
    kind,
    spec: {
      envelopeHash: digestOf(envelope),
      payloadHash: digestOf(bytes),
      signatures: signatures.map(({ sig }) => {
        const by = keys.find(({ key }) => verify('sha256', signed, key, Buffer.from(sig, 'base64')));
        if (by === undefined) throw new Error('a signature is of none of the verifiers');
        return { signature: sig, verifier: Buffer.from(by.pem).toString('base64') };
      }),
    },
  });
}

const digestOf = (bytes: string | Buffer): object => ({
  algorithm: 'sha256',
  value: createHash('sha256').update(bytes).digest('hex'),
});

/** A certificate or a public key, and its canonical PEM. */
function readVerifier(pem: string): { key: KeyObject; pem: string } {
  if (pem.includes('BEGIN CERTIFICATE')) {
    const certificate = new X509Certificate(pem);
    return { key: certificate.publicKey, pem: certificate.toString() };
  }
  const key = createPublicKey(pem);
  return { key, pem: key.export({ type: 'spki', format: 'pem' }) as string };
}
