import { log } from '@mlops-actions/action-kit';
import type { AuthClient } from 'google-auth-library';
import { missingCredentials } from './errors.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** Who asks. */
export interface Credentials {
  /** Headers of one request: `authorization`, and `x-goog-user-project` where the credentials name one. */
  headersFor(url: URL): Promise<Headers>;
  /** Lets go of what was refused, so that the next request gets a new token. */
  forget(): void;
}

/**
 * Application Default Credentials, as google-github-actions/auth leaves them. Tokens are asked for with every request: those of workload
 * identity federation live minutes, and the library exchanges the job's identity again when one is about to run out.
 */
export function applicationDefaultCredentials(): Credentials {
  let client: Promise<AuthClient> | undefined;
  let masked = '';
  return {
    async headersFor(url) {
      try {
        const headers = await (await (client ??= connect())).getRequestHeaders(url.href);
        const token = headers.get('authorization')?.replace(/^Bearer /, '') ?? '';
        if (token !== masked) log.mask((masked = token));
        return headers;
      } catch (cause) {
        client = undefined;
        throw missingCredentials(cause);
      }
    },
    forget() {
      client = undefined;
    },
  };
}

async function connect(): Promise<AuthClient> {
  // Loaded here: an action that does not call the cloud does not pay for it.
  const { GoogleAuth } = await import('google-auth-library');
  return new GoogleAuth({ scopes: [SCOPE] }).getClient();
}
