import { log, UserError } from '@mlops-actions/action-kit';
import { applicationDefaultCredentials, type Credentials } from '@mlops-actions/google-apis';
import { isConfidential } from './host.ts';

/** What a user gave to be let in with. */
export interface Secrets {
  readonly token: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** How a server lets the caller in. */
export interface Access {
  /** The `authorization` of a request. */
  authorization(url: URL): Promise<string | undefined>;
  /** Lets go of what was refused, so that the next request is let in by something new; false if there is nothing new to be had. */
  renew(): boolean;
}

/** Servers of Google's that take the tokens of Application Default Credentials. */
const GOOGLE_HOSTS = /\.(?:composer|pipelines)\.googleusercontent\.com$/;

export const takesGoogleTokens = (url: URL): boolean => url.protocol === 'https:' && GOOGLE_HOSTS.test(url.hostname);

/**
 * Chooses how to be let in: by the token, by name and password, by the credentials of the job where the server is Google's, or without.
 *
 * @param login exchanges name and password for a token, where the server wants that; otherwise they are sent as they are
 */
export function accessTo(
  host: URL,
  { token, username, password }: Secrets,
  login?: (username: string, password: string) => Promise<string>,
): Access {
  for (const secret of [token, password]) if (secret !== undefined) log.mask(secret);
  if (token !== undefined && (username !== undefined || password !== undefined)) {
    throw new UserError("'token' excludes 'username' and 'password'.");
  }
  if ((username === undefined) !== (password === undefined))
    throw new UserError("'username' and 'password' go together.");
  if ((token ?? password) !== undefined && !isConfidential(host)) {
    throw new UserError(`'${host.origin}' is not HTTPS: a token or password would be readable on the way.`, {
      fix: "Set 'host' to an address with https://.",
    });
  }
  if (token !== undefined) return fixed(`Bearer ${token}`);
  if (username !== undefined && password !== undefined) {
    if (login !== undefined) return byLogin(() => login(username, password));
    const basic = Buffer.from(`${username}:${password}`).toString('base64');
    log.mask(basic);
    return fixed(`Basic ${basic}`);
  }
  return takesGoogleTokens(host) ? byGoogle(applicationDefaultCredentials()) : fixed(undefined);
}

const fixed = (authorization: string | undefined): Access => ({
  authorization: async () => authorization,
  renew: () => false,
});

function byGoogle(credentials: Credentials): Access {
  return {
    authorization: async (url) => (await credentials.headersFor(url)).get('authorization') ?? undefined,
    renew() {
      credentials.forget();
      return true;
    },
  };
}

function byLogin(login: () => Promise<string>): Access {
  let token: Promise<string> | undefined;
  return {
    async authorization() {
      token ??= login().then((fresh) => {
        log.mask(fresh);
        return fresh;
      });
      try {
        return `Bearer ${await token}`;
      } catch (error) {
        token = undefined;
        throw error;
      }
    },
    renew() {
      token = undefined;
      return true;
    },
  };
}
