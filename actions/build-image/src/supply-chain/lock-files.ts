import { parse as parseYaml } from 'yaml';
import {
  cargoPackage,
  condaPackage,
  json,
  npmPackage,
  pypiPackage,
  record,
  type KnownPackage,
  type PackageSource,
} from './packages.ts';

/** Files that say which packages are to be installed, each at one version. What an installation brought along has such files, too: they say nothing of the image. */
const isOwn = (path: string): boolean => !/(^|\/)(node_modules|site-packages|dist-packages)\//.test(path);
const named = (pattern: RegExp) => (path: string) => pattern.test(path) && isOwn(path);

/** Lock files by their names. Packages for development alone are left out. */
export const LOCK_FILES: readonly PackageSource[] = [
  { matches: named(/(^|\/)requirements[^/]*\.(txt|lock)$/), parse: parseRequirements },
  { matches: named(/(^|\/)(poetry|uv|pdm)\.lock$/), parse: (text) => parseTables(text, pypiPackage) },
  { matches: named(/(^|\/)pylock(\.[^/.]+)?\.toml$/), parse: (text) => parseTables(text, pypiPackage) },
  { matches: named(/(^|\/)Pipfile\.lock$/), parse: parsePipfile },
  { matches: named(/(^|\/)(conda-lock|[^/]+\.conda-lock)\.ya?ml$/), parse: parseCondaLock },
  { matches: named(/(^|\/)(conda-[^/]+\.lock|[^/]+\.conda\.lock)$/), parse: parseCondaExplicit },
  { matches: named(/(^|\/)pixi\.lock$/), parse: parsePixi },
  { matches: named(/(^|\/)(package-lock|npm-shrinkwrap)\.json$/), parse: parseNpmLock },
  { matches: named(/(^|\/)yarn\.lock$/), parse: parseYarn },
  { matches: named(/(^|\/)pnpm-lock\.yaml$/), parse: parsePnpm },
  { matches: named(/(^|\/)Cargo\.lock$/), parse: (text) => parseTables(text, cargoPackage) },
];

/** What can be told of a lock file that a user names, for messages. */
export const LOCK_FILE_NAMES =
  'requirements*.txt, poetry.lock, uv.lock, pdm.lock, pylock.toml, Pipfile.lock, conda-lock.yml, conda-*.lock, pixi.lock, package-lock.json, npm-shrinkwrap.json, yarn.lock, pnpm-lock.yaml, Cargo.lock';

/** Far more than a name and a version take. */
const LONGEST_LINE = 1000;

/** Requirements (https://pip.pypa.io/en/stable/reference/requirements-file-format/) that are pinned with `==`; others name no version. */
function parseRequirements(text: string): KnownPackage[] {
  return text.split('\n').flatMap((line) => {
    const [, name, version] =
      /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*={2,3}\s*([^\s;#\\,*]+)(?:[\s;#\\]|$)/.exec(
        line.slice(0, LONGEST_LINE),
      ) ?? [];
    return pypiPackage(name, version);
  });
}

/** `[[package]]` of TOML as programs write it: a key a line, keys of the table first. */
function parseTables(text: string, packageOf: typeof pypiPackage): KnownPackage[] {
  return text
    .split(/^\[\[packages?\]\][ \t]*\r?$/m)
    .slice(1)
    .flatMap((table) => {
      const keys = table.split(/^\[/m, 1)[0]!;
      const value = (key: string): string | undefined =>
        new RegExp(`^${key}[ \\t]*=[ \\t]*(.*?)\\r?$`, 'm').exec(keys)?.[1];
      const textOf = (key: string): string | undefined => /^"([^"]*)"/.exec(value(key) ?? '')?.[1];
      const groups = value('groups') ?? '';
      const isDevelopment = textOf('category') === 'dev' || (groups !== '' && !/"(main|default)"/.test(groups));
      // The project itself.
      const isLocal = /\b(virtual|editable)\b/.test(value('source') ?? '') || value('directory') !== undefined;
      const isOwnCrate = packageOf === cargoPackage && value('source') === undefined;
      return isDevelopment || isLocal || isOwnCrate ? [] : packageOf(textOf('name'), textOf('version'));
    });
}

function parsePipfile(text: string): KnownPackage[] {
  return Object.entries(record(record(json(text))['default'])).flatMap(([name, entry]) => {
    const { version } = record(entry);
    return pypiPackage(name, typeof version === 'string' ? version.replace(/^===?/, '') : undefined);
  });
}

/** conda-lock's own format (https://github.com/conda/conda-lock). Of the platforms those of Linux, which images are for. */
function parseCondaLock(text: string): KnownPackage[] {
  return list(record(yaml(text))['package']).flatMap((entry) => {
    const { name, version, manager, platform, category, url } = record(entry);
    if (category === 'dev' || (typeof platform === 'string' && !/^(linux|noarch)/.test(platform))) return [];
    if (manager === 'pip') return pypiPackage(name, version);
    return condaPackage(name, version, typeof url === 'string' ? url : undefined);
  });
}

/** Explicit specifications (`conda list --explicit`): an address a line. */
function parseCondaExplicit(text: string): KnownPackage[] {
  return text.split('\n').flatMap((line) => condaArchive(line.trim().split('#', 1)[0]!));
}

/** Pixi and rattler: addresses of archives, and names and versions of what comes from PyPI. */
function parsePixi(text: string): KnownPackage[] {
  return list(record(yaml(text))['packages']).flatMap((entry) => {
    const { conda, pypi, name, version } = record(entry);
    if (typeof conda === 'string') return /\/(linux|noarch)/.test(conda) ? condaArchive(conda) : [];
    return pypi === undefined ? [] : pypiPackage(name, version);
  });
}

/** `.../<channel>/<subdir>/<name>-<version>-<build>.conda`. */
function condaArchive(address: string): KnownPackage[] {
  const [, name, version] = /\/([^/]+)-([^/-]+)-[^/-]+\.(?:conda|tar\.bz2)$/.exec(address) ?? [];
  return condaPackage(name, version, address);
}

/** Lock files of npm, version 1 to 3 (https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json). */
function parseNpmLock(text: string): KnownPackage[] {
  const lock = record(json(text));
  if (lock['packages'] === undefined) return npmDependencies(lock['dependencies']);
  return Object.entries(record(lock['packages'])).flatMap(([place, entry]) => {
    const { name, version, dev, link, license } = record(entry);
    const at = place.lastIndexOf('node_modules/');
    if (at < 0 || dev === true || link === true) return []; // The project itself, and parts of it.
    return npmPackage(name ?? place.slice(at + 'node_modules/'.length), version, license);
  });
}

function npmDependencies(dependencies: unknown): KnownPackage[] {
  return Object.entries(record(dependencies)).flatMap(([name, entry]) => {
    const { version, dev, dependencies: nested } = record(entry);
    return dev === true ? [] : [...npmPackage(name, version), ...npmDependencies(nested)];
  });
}

/** Yarn's own format of version 1, and the YAML of later ones: blocks that begin with what was asked for. */
function parseYarn(text: string): KnownPackage[] {
  return text.split(/\r?\n(?=\S)/).flatMap((block) => {
    const asked = /^"?(@?[^@",\s]+)@/.exec(block)?.[1];
    const version = /^[ \t]+version:? "?([^"\s]+)"?[ \t]*$/m.exec(block)?.[1];
    const resolved = /^[ \t]+resolution: "(@?[^@"]+)@npm:/m.exec(block)?.[1];
    const isYaml = /^[ \t]+resolution: /m.test(block);
    return isYaml && resolved === undefined ? [] : npmPackage(resolved ?? asked, version);
  });
}

/** pnpm, whose keys are `name@version`, in older files `/name@version` and `/name/version`, with peers in brackets behind. */
function parsePnpm(text: string): KnownPackage[] {
  return Object.entries(record(record(yaml(text))['packages'])).flatMap(([key, entry]) => {
    if (record(entry)['dev'] === true) return [];
    const [, name, version] = /^\/?((?:@[^/]+\/)?[^/@]+)[@/]([^(_]+)/.exec(key) ?? [];
    return npmPackage(name, version);
  });
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** A file that cannot be read has no packages. */
function yaml(text: string): unknown {
  try {
    return parseYaml(text, { logLevel: 'silent' });
  } catch {
    return undefined;
  }
}
