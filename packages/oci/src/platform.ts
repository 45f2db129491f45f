import { UserError } from '@mlops-actions/action-kit';

/** A platform as images name it (image-spec, image-index.md): Go's names of systems and processors. */
export interface Platform {
  os: string;
  architecture: string;
  /** Version of the processor's instruction set, such as `v7` of `arm`. */
  variant?: string;
}

/** The only platform that Vertex AI serves on. */
export const LINUX_AMD64: Platform = { os: 'linux', architecture: 'amd64' };

/** Reads `os/architecture[/variant]`. The variant `v8` is what every arm64 is, so it is left out, as elsewhere. */
export function parsePlatform(text: string): Platform {
  const [os, architecture, variant, ...rest] = text.split('/');
  const parts = [os, architecture, ...(variant === undefined ? [] : [variant])];
  if (rest.length > 0 || parts.length < 2 || !parts.every((part) => /^[a-z0-9]+$/.test(part ?? ''))) {
    throw new UserError(`'${text}' is not a platform.`, { fix: 'Write it as os/architecture, such as linux/amd64.' });
  }
  const isImplied = variant === undefined || (architecture === 'arm64' && variant === 'v8');
  return { os: os!, architecture: architecture!, ...(!isImplied && { variant }) };
}

/** `os/architecture[/variant]`. */
export const formatPlatform = ({ os, architecture, variant }: Platform): string =>
  [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');

/** Whether something is for the platform that is wanted; a variant counts only if one is wanted. */
export const isPlatform = (found: Platform | undefined, wanted: Platform): boolean =>
  found?.os === wanted.os &&
  found.architecture === wanted.architecture &&
  (wanted.variant === undefined || found.variant === wanted.variant);
