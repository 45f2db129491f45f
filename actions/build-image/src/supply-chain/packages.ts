/** What package managers leave in an image, read into one form. Texts are of untrusted origin: what cannot be read is no package. */

/** A package of one version. */
export interface KnownPackage {
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
  parse(text: string, distribution: Distribution | undefined): KnownPackage[];
}

/** Which Linux distribution an image is made of. */
export interface Distribution {
  /** `debian`, `ubuntu`, `alpine`. */
  id: string;
  version: string | undefined;
}

/** Files that say what is installed. */
export const INSTALLED: readonly PackageSource[] = [
  { matches: (path) => /(^|\/)node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path), parse: parseNpm },
  { matches: (path) => /\.(dist-info\/METADATA|egg-info\/PKG-INFO)$/.test(path), parse: parsePython },
  // Distroless images have a file a package, beside lists of check sums.
  { matches: (path) => /^var\/lib\/dpkg\/status(\.d\/[^/]+(?<!\.md5sums))?$/.test(path), parse: parseDebian },
  { matches: (path) => path === 'lib/apk/db/installed', parse: parseAlpine },
  { matches: (path) => /(^|\/)conda-meta\/[^/]+\.json$/.test(path), parse: parseConda },
];

/** Reads os-release (https://www.freedesktop.org/software/systemd/man/latest/os-release.html). */
export function parseDistribution(text: string): Distribution | undefined {
  const value = (key: string): string | undefined =>
    new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1] || undefined;
  const id = value('ID');
  return id === undefined ? undefined : { id, version: value('VERSION_ID') };
}

function parseNpm(text: string): KnownPackage[] {
  const { name, version, license } = record(json(text));
  return npmPackage(name, version, license);
}

/** What conda notes of each package that it installs. */
function parseConda(text: string): KnownPackage[] {
  const { name, version, url, license } = record(json(text));
  return condaPackage(name, version, typeof url === 'string' ? url : undefined, license);
}

/** Core metadata (https://packaging.python.org/specifications/core-metadata/): headers, then the description. */
function parsePython(text: string): KnownPackage[] {
  const headers = fields(text.split(/\r?\n\r?\n/, 1)[0]!);
  const { Name: name, Version: version } = headers;
  const license = headers['License-Expression'] ?? headers['License'];
  // Older packages have the whole text of their licence there.
  return pypiPackage(name, version, license !== undefined && license.length <= 100 ? license : undefined);
}

function parseDebian(text: string, distribution: Distribution | undefined): KnownPackage[] {
  return text.split(/\n\s*\n/).flatMap((paragraph) => {
    const { Package: name, Version: version, Architecture: architecture, Status: status } = fields(paragraph);
    const isInstalled = status === undefined || / installed$/.test(status);
    return name && version && isInstalled ? [systemPackage('deb', name, version, architecture, distribution)] : [];
  });
}

/** The database of apk: a letter, a colon and a value a line. */
function parseAlpine(text: string, distribution: Distribution | undefined): KnownPackage[] {
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
): KnownPackage {
  const { id, version: release } = distribution ?? { id: type === 'deb' ? 'debian' : 'alpine', version: undefined };
  const qualifiers = [
    ...(architecture ? [`arch=${encode(architecture)}`] : []),
    ...(release ? [`distro=${encode(`${id}-${release}`)}`] : []),
  ].join('&');
  const purl = `pkg:${type}/${encode(id)}/${encode(name)}@${encode(version)}`;
  return { name, version, purl: qualifiers === '' ? purl : `${purl}?${qualifiers}` };
}

/** A package of npm; none without a name and a version, as below. */
export const npmPackage = (name: unknown, version: unknown, license?: unknown): KnownPackage[] =>
  packageOf('npm', name, version, (text) => text.split('/').map(encode).join('/'), license);

/** A package of PyPI, whose names are compared in a normal form (https://packaging.python.org/specifications/name-normalization/). */
export const pypiPackage = (name: unknown, version: unknown, license?: unknown): KnownPackage[] =>
  packageOf('pypi', name, version, (text) => encode(text.toLowerCase().replace(/[-_.]+/g, '-')), license);

/** A crate. */
export const cargoPackage = (name: unknown, version: unknown): KnownPackage[] =>
  packageOf('cargo', name, version, encode);

/** A package of conda; the address of its archive tells channel, platform and build. */
export function condaPackage(
  name: unknown,
  version: unknown,
  address: string | undefined,
  license?: unknown,
): KnownPackage[] {
  const [, channel, subdir, build] = /([^/]+)\/([^/]+)\/[^/]+-([^/-]+)\.(?:conda|tar\.bz2)$/.exec(address ?? '') ?? [];
  const origin =
    channel === undefined ? '' : `?build=${encode(build!)}&channel=${encode(channel)}&subdir=${encode(subdir!)}`;
  return packageOf('conda', name, version, encode, license).map((found) => ({ ...found, purl: found.purl + origin }));
}

function packageOf(
  type: string,
  name: unknown,
  version: unknown,
  path: (name: string) => string,
  license?: unknown,
): KnownPackage[] {
  if (typeof name !== 'string' || typeof version !== 'string' || name === '' || version === '') return [];
  const purl = `pkg:${type}/${path(name)}@${encode(version)}`;
  return [{ name, version, purl, ...(typeof license === 'string' && license !== '' && { license }) }];
}

/** An object of JSON; of what is none, one without fields. */
export const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** JSON, or nothing. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Lines of `Key: value`; of a key that comes twice, the first. Continued lines are left out. */
function fields(text: string): Record<string, string | undefined> {
  const found: Record<string, string | undefined> = {};
  for (const [, key, value] of text.matchAll(/^([A-Za-z-]+):[ \t]*(.*?)\r?$/gm)) found[key!] ??= value;
  return found;
}

const encode = (text: string): string => encodeURIComponent(text).replaceAll('%3A', ':');
