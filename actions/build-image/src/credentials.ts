import { log, messageOf } from '@mlops-actions/action-kit';
import { dockerCredentials, firstOf, type CredentialSource } from '@mlops-actions/oci';

/** Credentials for registries: what `docker login` left, else, for Google's registries, Application Default Credentials. */
export function registryCredentials(): CredentialSource {
  return firstOf(dockerCredentials(), googleCredentials());
}

/** Whether a registry is Google's: nobody else can have a name below these two, and nobody else may see a token. */
const isGoogleRegistry = (registry: string): boolean => /(^|\.)(pkg\.dev|gcr\.io)$/.test(registry);

/** Access tokens of Application Default Credentials, as google-github-actions/auth sets them up; renewed when they are asked for again. */
function googleCredentials(): CredentialSource {
  let client: Promise<{ getAccessToken(): Promise<string | null | undefined> }> | undefined;
  return async (registry) => {
    if (!isGoogleRegistry(registry)) return undefined;
    // Loaded only here: an image for another registry does not pay for it.
    client ??= import('google-auth-library').then(
      // A token is of no project; without one here the library would ask an API that may not be enabled.
      ({ GoogleAuth }) =>
        new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-platform', projectId: 'none' }),
    );
    try {
      const password = await (await client).getAccessToken();
      if (!password) return undefined;
      log.mask(password);
      return { username: 'oauth2accesstoken', password };
    } catch (error) {
      // Public images need no credentials; where they are needed, the registry says so next.
      log.warning(
        `No Google Cloud credentials for ${registry}: ${messageOf(error)} Sign in with google-github-actions/auth before this step.`,
      );
      return undefined;
    }
  };
}
