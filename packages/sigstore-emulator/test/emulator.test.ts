/** What the emulator refuses; that real clients get along with it is shown where they are used, and by test/interop. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { startSigstoreEmulator, type SigstoreEmulator } from '../src/index.ts';
import { inclusionProof, leafHash, rootHash } from '../src/merkle.ts';

let sigstore: SigstoreEmulator;
let other: SigstoreEmulator;
beforeAll(async () => {
  [sigstore, other] = await Promise.all([startSigstoreEmulator(), startSigstoreEmulator()]);
});
afterAll(() => Promise.all([sigstore.close(), other.close()]));

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }) as string;
const post = (path: string, body: unknown): Promise<Response> =>
  fetch(`${sigstore.url}${path}`, { method: 'POST', body: JSON.stringify(body) });

describe('a certificate', () => {
  const certificate = (token: string, signed: string): Promise<Response> =>
    post('/api/v2/signingCert', {
      credentials: { oidcIdentityToken: token },
      publicKeyRequest: {
        publicKey: { algorithm: 'ECDSA', content: publicKey },
        proofOfPossession: sign('sha256', Buffer.from(signed), pair.privateKey).toString('base64'),
      },
    });

  test('is given to who has a token of the issuer and holds the key', async () => {
    expect((await certificate(sigstore.token({ sub: 'me' }), 'me')).status).toBe(200);
  });

  test.each([
    ['a token of another issuer', () => other.token({ sub: 'me' }), /not of this issuer/],
    [
      'a token that was changed',
      () => sigstore.token({ sub: 'me' }).replace(/\.[^.]+\./, '.e30.'),
      /not of this issuer/,
    ],
    ['no token', () => '', /not of this issuer/],
    ['the proof of another subject', () => sigstore.token({ sub: 'you' }), /does not match the public key/],
  ])('is not given for %s', async (_, token, reason) => {
    const answer = await certificate(token(), 'me');
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringMatching(reason)]);
  });
});

test('tokens are given to jobs alone, for the audience that they ask for', async () => {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret } = sigstore.jobEnvironment({
    sub: 'me',
  });
  const ask = (bearer: string): Promise<Response> =>
    fetch(`${url}&audience=them`, { headers: { authorization: `Bearer ${bearer}` } });
  const { value } = (await (await ask(secret!)).json()) as { value: string };
  expect(JSON.parse(Buffer.from(value.split('.')[1]!, 'base64url').toString())).toMatchObject({
    aud: 'them',
    sub: 'me',
  });
  expect((await ask('guess')).status).toBe(401);
});

test('the log takes what its verifier signed, and nothing else', async () => {
  const payload = Buffer.from('{}');
  const enter = (signed: string): Promise<Response> =>
    post('/api/v1/log/entries', {
      kind: 'dsse',
      apiVersion: '0.0.1',
      spec: {
        proposedContent: {
          envelope: JSON.stringify({
            payload: payload.toString('base64'),
            payloadType: 't',
            signatures: [{ sig: sign('sha256', Buffer.from(signed), pair.privateKey).toString('base64') }],
          }),
          verifiers: [Buffer.from(publicKey).toString('base64')],
        },
      },
    });
  const before = sigstore.logSize();
  expect((await enter('DSSEv1 1 t 2 {}')).status).toBe(201);
  expect((await enter('DSSEv1 1 t 2 []')).status).toBe(400);
  expect((await post('/api/v1/log/entries', { kind: 'rekord' })).status).toBe(400);
  expect(sigstore.logSize()).toBe(before + 1);
});

test('a proof leads from its leaf to the root of the tree, and from no other leaf', () => {
  const node = (left: Buffer, right: Buffer): Buffer =>
    createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();
  /** RFC 9162, 2.1.3.2. */
  const climb = (leaf: Buffer, index: number, size: number, proof: readonly Buffer[]): Buffer => {
    let [hash, at, last] = [leaf, index, size - 1];
    for (const sibling of proof) {
      if (at % 2 === 1 || at === last) {
        hash = node(sibling, hash);
        while (at % 2 === 0 && at !== 0) [at, last] = [at >> 1, last >> 1];
      } else hash = node(hash, sibling);
      [at, last] = [at >> 1, last >> 1];
    }
    return hash;
  };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (size, number) => {
      const leaves = Array.from({ length: size }, (_, each) => leafHash(Buffer.from(String(each))));
      const index = number % size;
      const proof = inclusionProof(leaves, index);
      expect(climb(leaves[index]!, index, size, proof)).toEqual(rootHash(leaves));
      expect(climb(leafHash(Buffer.from('other')), index, size, proof)).not.toEqual(rootHash(leaves));
    }),
  );
});
