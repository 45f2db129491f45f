import { UserError } from '@mlops-actions/action-kit';

/** The address of an engine's server, as a user wrote it: a base path may follow the host, as behind many proxies. */
export function parseHost(host: string): URL {
  const url = URL.parse(host.includes('://') ? host : `https://${host}`);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new UserError(`'${host}' is not the address of a server.`, {
      fix: "Set 'host' to https://SERVER, with the path if there is one.",
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new UserError("'host' must not hold a password.", { fix: "Set 'username' and 'password'." });
  }
  if (url.search !== '' || url.hash !== '') {
    throw new UserError(`'${host}' is not the address of a server: it has a query or a fragment.`);
  }
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

/**
 * Whether secrets may be sent to a host: over TLS, or where the words do not leave the machine or the cluster.
 */
export function isConfidential({ protocol, hostname }: URL): boolean {
  return (
    protocol === 'https:' ||
    ['localhost', '127.0.0.1', '[::1]'].includes(hostname) ||
    !hostname.includes('.') ||
    /\.svc(\.cluster\.local)?$/.test(hostname)
  );
}
