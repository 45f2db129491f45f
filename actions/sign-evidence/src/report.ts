import {
  md,
  mdBlock,
  mdCode,
  mdJoin,
  mdTable,
  mdVerdict,
  shellCommand,
  type Markdown,
} from '@mlops-actions/action-kit';
import type { Signer } from '@mlops-actions/sigstore';
import type { Recorded } from './record.ts';

/** What was signed, and how. */
interface SignedRecord {
  bundlePath: string;
  predicateType: string;
  method: Signer['method'];
}

/** Job summary: what the release was, and how to verify what was signed; `signed` is undefined if nothing was. */
export function summarise(recorded: Recorded, signed: SignedRecord | undefined): Markdown {
  if ('contradictions' in recorded) return mdJoin(...recorded.contradictions.map((sentence) => md`- ${sentence}`));
  const { record } = recorded;
  const facts: [string, string | Markdown | undefined][] = [
    ['Model', record.model.name],
    ['Model digest', code(record.model.digest)],
    ['Image', code(record.image.digest)],
    ['Version', record.modelVersion],
    ['Endpoint', record.endpoint],
    ['Approved by', record.approvedBy.join(', ') || undefined],
    ['Policy of the gate', code(record.policyDigest)],
  ];
  return mdJoin(
    md`Release: ${mdVerdict(record.verdict)}, ${record.reason}`,
    mdTable(
      ['', ''],
      facts.filter(([, value]) => value !== undefined),
    ),
    mdTable(
      ['Action', 'Verdict'],
      Object.entries(record.verdicts).map(([action, verdict]) => [action, mdVerdict(verdict)]),
    ),
    signed && mdJoin(md`To verify:`, mdBlock(verification(signed), 'bash')),
  );
}

const code = (text: string | undefined): Markdown | undefined => (text === undefined ? undefined : mdCode(text));

/** A command that verifies the bundle, to be completed with whom one trusts: a verifier that takes this from the bundle verifies nothing. */
function verification({ bundlePath, predicateType, method }: SignedRecord): string {
  const bundle = ['--bundle', bundlePath, '--check-claims=false', '--type', predicateType];
  return `${shellCommand('cosign', 'verify-blob-attestation', ...bundle)} ${TRUST[method]}`;
}

/** Whom to trust is for the reader to fill in. A signature by a key or a certificate of one's own is in no log. */
const TRUST: Record<Signer['method'], string> = {
  keyless:
    '--certificate-identity-regexp "$RELEASE_WORKFLOW" --certificate-oidc-issuer https://token.actions.githubusercontent.com',
  key: '--key "$PUBLIC_KEY" --insecure-ignore-tlog=true',
  certificate: '--certificate-chain "$AUTHORITIES" --insecure-ignore-tlog=true',
};
