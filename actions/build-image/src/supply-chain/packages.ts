/** What package managers leave in an image, read into one form. Texts are of untrusted origin: what cannot be read is no package. */

/** An installed package. */
export interface InstalledPackage {
  name: string;
  version: string;
  /** Package URL (https://github.com/package-url/purl-spec). */
  purl: string;
  /** As the package states it; not always an SPDX identifier. */
  license?: string;
}

/** A kind of file that says which packages are installed. */
export interface PackageSource {
  matches(path: string): boolean;
  parse(text: string, distribution: Distribution | undefined): InstalledPackage[];
}

/** Which Linux distribution an image is made of. */
export interface Distribution {
  /** `debian`, `ubuntu`, `alpine`. */
  id: string;
  version: string | undefined;
}

export const SOURCES: readonly PackageSource[] = [
  { matches: (path) => /(^|\/)node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path), parse: parseNpm },
  { matches: (path) => /\.(dist-info\/METADATA|egg-info\/PKG-INFO)$/.test(path), parse: parsePython },
  // Distroless images have a file a package, beside lists of check sums.
  { matches: (path) => /^var\/lib\/dpkg\/status(\.d\/[^/]+(?<!\.md5sums))?$/.test(path), parse: parseDebian },
  { matches: (path) => path === 'lib/apk/db/installed', parse: parseAlpine },
];

/** Reads os-release (https://www.freedesktop.org/software/systemd/man/latest/os-release.html). */
export function parseDistribution(text: string): Distribution | undefined {
  const value = (key: string): string | undefined =>
    new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1] || undefined;
  const id = value('ID');
  return id === undefined ? undefined : { id, version: value('VERSION_ID') };
}

function parseNpm(text: string): InstalledPackage[] {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    return [];
  }
  const { name, version, license } = (manifest ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || typeof version !== 'string' || name === '' || version === '') return [];
  const purl = `pkg:npm/${name.split('/').map(encode).join('/')}@${encode(version)}`;
  return [{ name, version, purl, ...(typeof license === 'string' && license !== '' && { license }) }];
}

/** Core metadata (https://packaging.python.org/specifications/core-metadata/): headers, then the description. */
function parsePython(text: string): InstalledPackage[] {
  const headers = fields(text.split(/\r?\n\r?\n/, 1)[0]!);
  const { Name: name, Version: version } = headers;
  if (!name || !version) return [];
  const license = headers['License-Expression'] ?? headers['License'];
  const normalized = name.toLowerCase().replace(/[-_.]+/g, '-');
  // Older packages have the whole text of their licence there.
  const isShort = license !== undefined && license !== '' && license.length <= 100;
  return [{ name, version, purl: `pkg:pypi/${encode(normalized)}@${encode(version)}`, ...(isShort && { license }) }];
}

function parseDebian(text: string, distribution: Distribution | undefined): InstalledPackage[] {
  return text.split(/\n\s*\n/).flatMap((paragraph) => {
    const { Package: name, Version: version, Architecture: architecture, Status: status } = fields(paragraph);
    const isInstalled = status === undefined || / installed$/.test(status);
    return name && version && isInstalled ? [systemPackage('deb', name, version, architecture, distribution)] : [];
  });
}

/** The database of apk: a letter, a colon and a value a line. */
function parseAlpine(text: string, distribution: Distribution | undefined): InstalledPackage[] {
  return text.split(/\n\n+/).flatMap((paragraph) => {
    const { P: name, V: version, A: architecture, L: license } = fields(paragraph);
    if (!name || !version) return [];
    return [{ ...systemPackage('apk', name, version, architecture, distribution), ...(license && { license }) }];
  });
}

function systemPackage(
  type: 'deb' | 'apk',
  name: string,
  version: string,
  architecture: string | undefined,
  distribution: Distribution | undefined,
): InstalledPackage {
  const { id, version: release } = distribution ?? { id: type === 'deb' ? 'debian' : 'alpine', version: undefined };
  const qualifiers = [
    ...(architecture ? [`arch=${encode(architecture)}`] : []),
    ...(release ? [`distro=${encode(`${id}-${release}`)}`] : []),
  ].join('&');
  const purl = `pkg:${type}/${encode(id)}/${encode(name)}@${encode(version)}`;
  return { name, version, purl: qualifiers === '' ? purl : `${purl}?${qualifiers}` };
}

/** Lines of `Key: value`; of a key that comes twice, the first. Continued lines are left out. */
function fields(text: string): Record<string, string | undefined> {
  const found: Record<string, string | undefined> = {};
  for (const [, key, value] of text.matchAll(/^([A-Za-z-]+):[ \t]*(.*?)\r?$/gm)) found[key!] ??= value;
  return found;
}

const encode = (text: string): string => encodeURIComponent(text).replaceAll('%3A', ':');
