import { UserError } from '@mlops-actions/action-kit';
import * as core from '@actions/core';

/** Issuer of the identity tokens of GitHub Actions. */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';
/** The audience that Sigstore's tokens are for. */
const AUDIENCE = 'sigstore';

/** Who must have signed, by what a certificate of Fulcio says. */
export interface Identity {
  /**
   * The certificate's name: for GitHub Actions the workflow file that defines the job,
   * `https://github.com/OWNER/NAME/.github/workflows/FILE.yml@REF`. `*` stands for any text.
   */
  name: string;
  /** Issuer of the token that the certificate was given for. */
  issuer: string;
  /**
   * `OWNER/NAME` of the repository whose run signed, which is not always that of the workflow file: whoever calls a reusable workflow
   * signs in its name. Any repository if not given.
   */
  repository?: string | undefined;
}

/**
 * The identity token of the running job, for Sigstore; masked in the log.
 * @throws UserError if the job may have none
 */
export async function identityToken(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  if (!env['ACTIONS_ID_TOKEN_REQUEST_URL'] || !env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']) {
    throw new UserError('Keyless signing needs an identity token, and this job may not ask GitHub for one.', {
      fix: "Grant 'id-token: write' in the job's permissions, and in those of the job that calls it if it is in a reusable workflow.",
    });
  }
  try {
    return await core.getIDToken(AUDIENCE);
  } catch (error) {
    throw new UserError('GitHub gave no identity token for keyless signing.', {
      fix: 'Run the job again; GitHub status tells of faults of Actions.',
      cause: error,
    });
  }
}
