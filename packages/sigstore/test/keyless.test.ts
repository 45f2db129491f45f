/** Keyless signatures over the wire to Sigstore's services, and what an attacker would make of them. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startSigstoreEmulator, type SigstoreEmulator } from '@mlops-actions/sigstore-emulator';
import fc from 'fast-check';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GITHUB_ISSUER, signingServices, signStatement, verifyBundle, type Identity } from '../src/index.ts';

const workflow = 'acme/mlops-actions/.github/workflows/release-model.yml@refs/tags/v1';
const claims = { sub: 'repo:acme/credit:ref:refs/heads/main', repository: 'acme/credit', job_workflow_ref: workflow };
const signer: Identity = { name: `https://github.com/${workflow}`, issuer: GITHUB_ISSUER, repository: 'acme/credit' };
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'model', digest: { sha256: 'ab'.repeat(32) } }],
  predicateType: 'https://example.com/test',
  predicate: { text: 'Zürich 漢' },
};

interface Entry {
  integratedTime: string;
  inclusionPromise?: { signedEntryTimestamp: string };
  inclusionProof?: { hashes: string[]; rootHash: string; checkpoint: { envelope: string } };
  canonicalizedBody: string;
}
interface Bundle {
  verificationMaterial: {
    certificate?: { rawBytes: string };
    tlogEntries: Entry[];
    timestampVerificationData?: { rfc3161Timestamps: { signedTimestamp: string }[] };
  };
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string }[] };
}

const folder = mkdtempSync(path.join(tmpdir(), 'sigstore-test-'));
let sigstore: SigstoreEmulator;
/** A log whose clock is past the end of every certificate. */
let late: SigstoreEmulator;
let text: string;

const signAt = async (emulator: SigstoreEmulator, config: object = emulator.signingConfig): Promise<string> => {
  const file = path.join(folder, 'signing_config.json');
  writeFileSync(file, JSON.stringify(config));
  Object.assign(process.env, emulator.jobEnvironment(claims));
  return signStatement(statement, { method: 'keyless', services: await signingServices(file) });
};
const verify = (
  bundle: string,
  identity: Identity = signer,
  root: object = sigstore.trustedRoot,
): ReturnType<typeof verifyBundle> =>
  verifyBundle(bundle, { method: 'keyless', identity, trustedRoot: JSON.stringify(root) });
const changed = (change: (bundle: Bundle) => void): string => {
  const bundle = JSON.parse(text) as Bundle;
  change(bundle);
  return JSON.stringify(bundle);
};

beforeAll(async () => {
  sigstore = await startSigstoreEmulator();
  late = await startSigstoreEmulator({ logClock: () => new Date(Date.now() + 3_600_000) });
  text = await signAt(sigstore);
});
afterAll(() => Promise.all([sigstore.close(), late.close()]));

describe('a keyless signature', () => {
  test('says what was signed and by whom', async () => {
    expect(await verify(text)).toEqual({ holds: true, statement, by: signer.name });
    expect(JSON.parse(text)).toMatchObject({ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' });
  });

  test('is entered into the log, with a proof that holds at every size of it', async () => {
    const before = sigstore.logSize();
    for (let round = 0; round < 6; round++) expect((await verify(await signAt(sigstore))).holds).toBe(true);
    expect(sigstore.logSize()).toBe(before + 6);
    expect((await verify(text)).holds).toBe(true);
  });

  test('of an instance without a log is proven by a timestamp', async () => {
    const { rekorTlogUrls, rekorTlogConfig, ...config } = sigstore.signingConfig as Record<string, unknown>;
    expect([rekorTlogUrls, rekorTlogConfig]).not.toContain(undefined);
    const unlogged = await signAt(sigstore, config);
    const without = { ...sigstore.trustedRoot, tlogs: [] };
    expect((await verify(unlogged, signer, without)).holds).toBe(true);
    // Where a log is kept, an entry in it is asked for.
    expect(await verify(unlogged)).toMatchObject({ holds: false });
  });

  test('holds by any of several roots, as gh prints them', async () => {
    const lines = [late, sigstore].map(({ trustedRoot }) => JSON.stringify(trustedRoot)).join('\n');
    const by = (trustedRoot: string): ReturnType<typeof verifyBundle> =>
      verifyBundle(text, { method: 'keyless', identity: signer, trustedRoot });
    expect((await by(lines)).holds).toBe(true);
    expect((await by(JSON.stringify(sigstore.trustConfig))).holds).toBe(true);
    await expect(by('{}')).rejects.toThrow(/trusted root cannot be read/);
    await expect(by('{')).rejects.toThrow(/trusted root cannot be read/);
  });
});

describe('the identity', () => {
  test.each([
    ['a workflow of any ref', { name: 'https://github.com/acme/mlops-actions/*.yml@*' }],
    ['any repository', { repository: undefined }],
    ['a repository in other letters', { repository: 'ACME/Credit' }],
  ])('may be %s', async (_, change) => {
    expect((await verify(text, { ...signer, ...change })).holds).toBe(true);
  });

  test.each([
    ['another workflow', { name: `https://github.com/acme/mlops-actions/.github/workflows/other.yml@*` }, /signed by/],
    ['a part of its name', { name: signer.name.slice(0, -1) }, /signed by/],
    ['an expression', { name: 'https://github.com/acme/.+' }, /signed by/],
    ['another issuer', { issuer: 'https://accounts.google.com' }, /identity is of/],
    ['a part of the issuer', { issuer: GITHUB_ISSUER.slice(0, -1) }, /identity is of/],
    ['another repository', { repository: 'evil/credit' }, /run of acme\/credit, not of evil\/credit/],
  ])('is not %s', async (_, change, reason) => {
    const check = await verify(text, { ...signer, ...change });
    expect(check).toEqual({ holds: false, reason: expect.stringMatching(reason) });
  });

  test('is matched as a whole, where each star stands for any text', async () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b', '.', '/'), maxLength: 3 });
    const { matches } = await import('../src/keyless.ts');
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), part, (parts, name) => {
        const pattern = new RegExp(`^${parts.map((each) => each.replaceAll('.', '\\.')).join('.*')}$`);
        expect(matches(name, parts.join('*'))).toBe(pattern.test(name));
      }),
    );
  });
});

describe('does not hold', () => {
  test.each<[string, (bundle: Bundle) => void, RegExp]>([
    [
      'with another payload',
      ({ dsseEnvelope }) => {
        dsseEnvelope.payload = Buffer.from(JSON.stringify({ ...statement, predicate: {} })).toString('base64');
      },
      /not verified/,
    ],
    ['with another type of payload', ({ dsseEnvelope }) => (dsseEnvelope.payloadType = 'text/plain'), /no in-toto/],
    ['without a log entry', ({ verificationMaterial }) => (verificationMaterial.tlogEntries = []), /tlog entries/],
    [
      'with more log entries than anybody needs',
      ({ verificationMaterial }) => {
        verificationMaterial.tlogEntries = Array.from({ length: 33 }, () => verificationMaterial.tlogEntries[0]!);
      },
      /too many/,
    ],
    [
      'with an entry that no proof includes',
      ({ verificationMaterial: { tlogEntries } }) => {
        delete tlogEntries[0]!.inclusionProof;
        delete tlogEntries[0]!.inclusionPromise;
      },
      /not verified/,
    ],
    [
      'with a proof that leads elsewhere',
      ({ verificationMaterial: { tlogEntries } }) => {
        tlogEntries[0]!.inclusionProof!.hashes = [Buffer.alloc(32, 1).toString('base64')];
      },
      /not verified/,
    ],
    [
      'with a time that the log did not promise',
      ({ verificationMaterial: { tlogEntries } }) => {
        tlogEntries[0]!.integratedTime = String(Number(tlogEntries[0]!.integratedTime) + 60);
      },
      /promise/,
    ],
    ['without a signature', ({ dsseEnvelope }) => (dsseEnvelope.signatures = []), /not verified/],
    [
      'with bytes for a certificate',
      ({ verificationMaterial }) => (verificationMaterial.certificate = { rawBytes: 'AAAA' }),
      /not verified/,
    ],
    [
      'with bytes for a timestamp',
      ({ verificationMaterial }) => {
        verificationMaterial.timestampVerificationData = { rfc3161Timestamps: [{ signedTimestamp: 'AAAA' }] };
      },
      /not verified/,
    ],
  ])('%s', async (_, change, reason) => {
    expect(await verify(changed(change))).toEqual({ holds: false, reason: expect.stringMatching(reason) });
  });

  test('if the log entered it after the certificate had expired', async () => {
    const { tsaUrls, tsaConfig, ...config } = late.signingConfig as Record<string, unknown>;
    expect([tsaUrls, tsaConfig]).not.toContain(undefined);
    expect(await verify(await signAt(late, config), signer, late.trustedRoot)).toEqual({
      holds: false,
      reason: expect.stringMatching(/certificate/),
    });
  });

  test('with the log entry, the certificate or the timestamp of another signature', async () => {
    const other = JSON.parse(await signAt(sigstore)) as Bundle;
    for (const part of ['tlogEntries', 'certificate', 'timestampVerificationData'] as const) {
      const swapped = changed(({ verificationMaterial }) =>
        Object.assign(verificationMaterial, { [part]: other.verificationMaterial[part] }),
      );
      expect(await verify(swapped)).toMatchObject({ holds: false });
    }
  });

  test('by the root of another instance', async () => {
    expect(await verify(text, signer, late.trustedRoot)).toMatchObject({ holds: false });
  });

  test('if a byte of it was changed, wherever', async () => {
    const end = text.indexOf('"canonicalizedBody"');
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.constantFrom('A', '7', '"', '}'), async (at, letter) => {
        fc.pre(text[at] !== letter && at < text.length);
        const broken = text.slice(0, at) + letter + text.slice(at + 1);
        const check = await verify(broken);
        // What is neither signed nor logged, such as the spelling of a field that nobody reads, may change; what was signed may not.
        if (check.holds) expect(check).toEqual({ holds: true, statement, by: signer.name });
      }),
      { numRuns: 50, examples: [[end, 'A']] },
    );
  });

  test.each([
    ['it is no JSON', 'x'],
    ['it is no Sigstore bundle', '{}'],
    ['it is no Sigstore bundle', '[]'],
    ['it was made with a key', '{"verificationMaterial": {"publicKey": {}}}'],
  ])('%s', async (reason, bundle) => {
    expect(await verify(bundle)).toEqual({ holds: false, reason: expect.stringContaining(reason) });
  });
});

describe('signing', () => {
  test('without the permission says which one is missing', async () => {
    delete process.env['ACTIONS_ID_TOKEN_REQUEST_URL'];
    const services = await signingServices(path.join(folder, 'signing_config.json'));
    await expect(signStatement(statement, { method: 'keyless', services })).rejects.toMatchObject({
      explanation: expect.stringMatching(/may not ask GitHub for one.*'id-token: write'/),
    });
  });

  test('where the authority refuses names it and the reason, and not the token', async () => {
    const config = { ...sigstore.signingConfig, caUrls: (late.signingConfig as { caUrls: unknown }).caUrls };
    await expect(signAt(sigstore, config)).rejects.toMatchObject({
      explanation: expect.stringMatching(/^(?!.*eyJ).*did not sign.*not of this issuer.*signing-config/),
    });
  });

  test.each([
    ['GET /token', 'GitHub gave no identity token'],
    ['POST /api/v2/signingCert', 'error creating signing certificate - \\(403\\)'],
    ['POST /api/v1/log/entries', 'error creating tlog entry - \\(403\\)'],
    ['POST /api/v1/timestamp', 'error creating timestamp - \\(403\\)'],
  ])('asks %s again after a fault, and says who refuses', async (faulty, complaint) => {
    const statuses = [503];
    const fault = (asked: string): number | undefined => (asked === faulty ? statuses.pop() : undefined);
    const shaky = await startSigstoreEmulator({ fault });
    try {
      expect((await verify(await signAt(shaky), signer, shaky.trustedRoot)).holds).toBe(true);
      statuses.push(403);
      await expect(signAt(shaky)).rejects.toThrow(new RegExp(complaint));
    } finally {
      await shaky.close();
    }
  });

  test('where a service cannot be used says so', async () => {
    const { rekorTlogUrls } = sigstore.signingConfig as { rekorTlogUrls: object[] };
    const config = {
      ...sigstore.signingConfig,
      rekorTlogUrls: rekorTlogUrls.map((log) => ({ ...log, majorApiVersion: 9 })),
    };
    await expect(signAt(sigstore, config)).rejects.toThrow(/cannot be signed with/);
    await expect(signAt(sigstore, { some: 'thing' })).rejects.toThrow(/no Sigstore signing config/);
  });

  test.each([
    ['public', "Sigstore's public good instance", ['https://fulcio.sigstore.dev', 'https://rekor.sigstore.dev']],
    ['private', "GitHub's Sigstore instance", ['https://fulcio.githubapp.com', 'https://timestamp.githubapp.com']],
    ['internal', "GitHub's Sigstore instance", ['https://fulcio.githubapp.com', 'https://timestamp.githubapp.com']],
  ])('for a %s repository goes to %s', async (visibility, name, origins) => {
    const event = path.join(folder, 'event.json');
    writeFileSync(event, JSON.stringify({ repository: { visibility } }));
    const services = await signingServices(undefined, { GITHUB_EVENT_PATH: event });
    const { caUrls, rekorTlogUrls, tsaUrls } = services.config;
    expect(services.name).toBe(name);
    expect([...caUrls, ...rekorTlogUrls, ...tsaUrls].map(({ url }) => new URL(url).origin)).toEqual(origins);
  });

  test('goes to an emulator of this machine, and to no other', async () => {
    const at = (host: string): Promise<{ name: string }> =>
      signingServices(undefined, { SIGSTORE_EMULATOR_HOST: host });
    expect((await at(new URL(sigstore.url).host)).name).toBe('the Sigstore emulator');
    await expect(at('sigstore.example.com:80')).rejects.toThrow(/not this machine/);
  });
});
