import { describe, expect, test } from '@jest/globals';
import { inputReader } from '@mlops-actions/action-kit';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readSignerInputs, readTrustInputs, signerOf, trustOf, type Signer, type Trust } from '../src/index.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sigstore-inputs-'));
const file = path.join(folder, 'file.pem');
writeFileSync(file, 'PEM');
const reader = (inputs: Record<string, string>): ReturnType<typeof inputReader> =>
  inputReader((name) => inputs[name] ?? '');
const signer = (inputs: Record<string, string>): Promise<Signer | undefined> =>
  signerOf(readSignerInputs(reader(inputs)));
const trust = (inputs: Record<string, string>): Promise<Trust | undefined> =>
  trustOf(readTrustInputs(reader(inputs)), { GITHUB_REPOSITORY: 'acme/credit' });

describe('who signs', () => {
  test.each([
    [{}, undefined],
    [{ 'private-key': 'K' }, 'key'],
    [{ 'private-key': 'K', sign: 'key' }, 'key'],
    [{ 'private-key': 'K', 'signing-certificate': file }, 'certificate'],
    [{ sign: 'keyless' }, 'keyless'],
  ])('%j: %s', async (inputs, method) => {
    expect((await signer(inputs))?.method).toBe(method);
  });

  test.each([
    // A secret that the job may not see is empty: that is no reason to leave the model unsigned.
    [{ sign: 'key' }, /'private-key' is not set/],
    [{ sign: 'certificate', 'private-key': 'K' }, /'signing-certificate' is not set/],
    [{ sign: 'keyless', 'private-key': 'K' }, /'private-key' has no meaning/],
    [{ sign: 'key', 'private-key': 'K', 'signing-certificate': file }, /'signing-certificate' has no meaning/],
    [{ 'private-key': 'K', 'signing-config': file }, /'signing-config' has no meaning/],
    [{ 'signing-config': file }, /nothing asks for a signature/],
    [{ sign: 'keyless', 'signing-config': `${file}.none` }, /cannot be read/],
    [{ sign: 'keyless', 'signing-config': file }, /no Sigstore signing config/],
    [{ sign: 'kms' }, /one of key, certificate, keyless/],
  ])('%j is refused', async (inputs, reason) => {
    await expect((async () => signer(inputs as Record<string, string>))()).rejects.toThrow(reason);
  });
});

describe('who is believed', () => {
  const github = { name: 'W', issuer: 'https://token.actions.githubusercontent.com', repository: 'acme/credit' };

  test.each<[Record<string, string>, unknown]>([
    [{}, undefined],
    [{ 'public-key': file }, { method: 'key', publicKey: 'PEM' }],
    [{ 'certificate-chain': file }, { method: 'certificate', certificates: 'PEM' }],
    // Whoever calls a reusable workflow signs in its name.
    [{ 'certificate-identity': 'W' }, { method: 'keyless', identity: github }],
    [
      { 'certificate-identity': 'W', 'certificate-github-workflow-repository': '*' },
      { method: 'keyless', identity: { ...github, repository: undefined } },
    ],
    [
      { 'certificate-identity': 'W', 'certificate-github-workflow-repository': 'other/model', 'trusted-root': file },
      { method: 'keyless', identity: { ...github, repository: 'other/model' }, trustedRoot: 'PEM' },
    ],
    [
      { 'certificate-identity': 'm@example.com', 'certificate-oidc-issuer': 'https://accounts.google.com' },
      {
        method: 'keyless',
        identity: { name: 'm@example.com', issuer: 'https://accounts.google.com', repository: undefined },
      },
    ],
  ])('%j', async (inputs, expected) => {
    expect(await trust(inputs)).toEqual(expected);
  });

  test.each([
    [{ 'public-key': file, 'certificate-identity': 'W' }, /'public-key' and 'certificate-identity' say two things/],
    [{ 'public-key': file, 'trusted-root': file }, /'trusted-root' is for keyless/],
    [{ 'certificate-oidc-issuer': 'x' }, /'certificate-identity' is not set/],
    [{ 'public-key': `${file}.none` }, /does not exist/],
    [{ 'public-key': folder }, /no file/],
  ])('%j is refused', async (inputs, reason) => {
    await expect(trust(inputs as Record<string, string>)).rejects.toThrow(reason);
  });
});
