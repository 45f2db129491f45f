/** What @actions/core takes from its HTTP client: a bundle of its own, see bundle.ts. */
export { HttpClient } from '@actions/http-client';
export { BearerCredentialHandler } from '@actions/http-client/lib/auth';
