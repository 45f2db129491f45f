import { log, UserError, type InputReader } from '@mlops-actions/action-kit';
import { readFile, stat } from 'node:fs/promises';
import { GITHUB_ISSUER } from './identity.ts';
import { signingServices } from './services.ts';
import type { Signer } from './sign.ts';
import type { Trust } from './verify.ts';

const METHODS = ['key', 'certificate', 'keyless'] as const;
export type Method = Signer['method'];

/** The inputs that say how to sign. */
export interface SignerInputs {
  sign?: Method | undefined;
  privateKey?: string | undefined;
  signingCertificate?: string | undefined;
  signingConfig?: string | undefined;
}

/** The inputs that say whose signatures are believed. */
export interface TrustInputs {
  publicKey?: string | undefined;
  certificateChain?: string | undefined;
  certificateIdentity?: string | undefined;
  certificateOidcIssuer?: string | undefined;
  certificateRepository?: string | undefined;
  trustedRoot?: string | undefined;
}

/** Keys, certificates and trusted roots take some kilobytes. */
const MAX_FILE = 2 ** 20;

/** Reads the inputs that say how to sign; a private key is masked. */
export function readSignerInputs(reader: InputReader, methods: readonly Method[] = METHODS): SignerInputs {
  const privateKey = reader.text('private-key');
  // Line by line, as it would be printed; the first and the last line are everybody's.
  for (const line of privateKey?.split('\n') ?? []) if (!line.startsWith('-----')) log.mask(line.trim());
  return {
    sign: reader.choice('sign', methods),
    privateKey,
    signingCertificate: reader.text('signing-certificate'),
    signingConfig: reader.text('signing-config'),
  };
}

/** Reads the inputs that say whose signatures are believed. */
export function readTrustInputs(reader: InputReader): TrustInputs {
  return {
    publicKey: reader.text('public-key'),
    certificateChain: reader.text('certificate-chain'),
    certificateIdentity: reader.text('certificate-identity'),
    certificateOidcIssuer: reader.text('certificate-oidc-issuer'),
    certificateRepository: reader.text('certificate-github-workflow-repository'),
    trustedRoot: reader.text('trusted-root'),
  };
}

/**
 * Who signs, as the inputs say; undefined if they ask for no signature.
 * @throws UserError if they contradict each other or a file cannot be read
 */
export async function signerOf(inputs: SignerInputs): Promise<Signer | undefined> {
  const { privateKey, signingCertificate, signingConfig } = inputs;
  const given = privateKey === undefined ? undefined : signingCertificate === undefined ? 'key' : 'certificate';
  const method = inputs.sign ?? given;
  const refuse = (input: string, value: unknown): void => {
    if (value === undefined) return;
    throw new UserError(
      method === undefined
        ? `Input '${input}' says how to sign, and nothing asks for a signature.`
        : `Input '${input}' has no meaning where 'sign' is ${method}.`,
      { fix: "Remove it, or set 'sign' to what is meant." },
    );
  };
  if (method !== 'keyless') refuse('signing-config', signingConfig);
  if (method !== 'certificate') refuse('signing-certificate', signingCertificate);
  switch (method) {
    case undefined:
      return undefined;
    case 'keyless':
      refuse('private-key', privateKey);
      return { method, services: await signingServices(signingConfig) };
    case 'key':
      return { method, privateKey: needed('private-key', privateKey, method) };
    case 'certificate':
      return {
        method,
        privateKey: needed('private-key', privateKey, method),
        certificates: await readText(needed('signing-certificate', signingCertificate, method), 'signing-certificate'),
      };
  }
}

function needed(input: string, value: string | undefined, method: Method): string {
  if (value !== undefined) return value;
  throw new UserError(`Input '${input}' is not set, and 'sign' is ${method}.`, {
    fix: input === 'private-key' ? 'Give it from a secret; one that this job may not see is empty.' : 'Give it.',
  });
}

/**
 * Whose signatures are believed, as the inputs say; undefined if they ask for no verification.
 * @throws UserError if they contradict each other or a file cannot be read
 */
export async function trustOf(inputs: TrustInputs, env: NodeJS.ProcessEnv = process.env): Promise<Trust | undefined> {
  const { publicKey, certificateChain, certificateIdentity, certificateOidcIssuer, certificateRepository } = inputs;
  const named = {
    'public-key': publicKey,
    'certificate-chain': certificateChain,
    'certificate-identity': certificateIdentity,
  };
  const given = Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (given.length > 1) {
    throw new UserError(
      `The inputs ${given.map((name) => `'${name}'`).join(' and ')} say two things of who must have signed.`,
      {
        fix: 'Give one of them.',
      },
    );
  }
  if (certificateIdentity === undefined) {
    const others = {
      'certificate-oidc-issuer': certificateOidcIssuer,
      'certificate-github-workflow-repository': certificateRepository,
      'trusted-root': inputs.trustedRoot,
    };
    for (const [name, value] of Object.entries(others)) {
      if (value === undefined) continue;
      throw new UserError(`Input '${name}' is for keyless signatures, and 'certificate-identity' is not set.`, {
        fix: "Set 'certificate-identity' to who must have signed.",
      });
    }
  }
  if (publicKey !== undefined) return { method: 'key', publicKey: await readText(publicKey, 'public-key') };
  if (certificateChain !== undefined)
    return { method: 'certificate', certificates: await readText(certificateChain, 'certificate-chain') };
  if (certificateIdentity === undefined) return undefined;
  const issuer = certificateOidcIssuer ?? GITHUB_ISSUER;
  return {
    method: 'keyless',
    identity: {
      name: certificateIdentity,
      issuer,
      repository: repositoryOf(certificateRepository, issuer === GITHUB_ISSUER ? env['GITHUB_REPOSITORY'] : undefined),
    },
    trustedRoot: inputs.trustedRoot && (await readText(inputs.trustedRoot, 'trusted-root')),
  };
}

/** Whoever calls a reusable workflow signs in its name: the repository that runs is believed alone, unless told otherwise. */
function repositoryOf(given: string | undefined, running: string | undefined): string | undefined {
  return given === '*' ? undefined : (given ?? (running || undefined));
}

async function readText(file: string, input: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new UserError(`Input '${input}' names '${file}', which does not exist.`);
  if (!found.isFile() || found.size > MAX_FILE)
    throw new UserError(`Input '${input}' names '${file}', which is too large or no file.`);
  return readFile(file, 'utf8');
}
