/** Which copy of this project starters are to call. */
export interface Pin {
  organisation: string;
  repository: string;
  /** 40 hex digits. */
  commit: string;
  /** Written beside the commit, where Dependabot and Renovate look for it. */
  version: string;
}

/** A starter with the placeholders of this project replaced: whose repository it calls, at which commit. */
export function pinned(content: string, { organisation, repository, commit, version }: Pin): string {
  return content
    .replaceAll(
      /YOUR-ORG\/mlops-actions(\/\.github\/workflows\/[\w-]+\.yml)@v\d+\.\d+\.\d+/g,
      (_, file: string) => `${organisation}/${repository}${file}@${commit} # ${version}`,
    )
    .replaceAll(/YOUR-ORG\/mlops-actions\/blob\/main\//g, () => `${organisation}/${repository}/blob/${commit}/`)
    .replaceAll('YOUR-ORG/mlops-actions', () => `${organisation}/${repository}`);
}

/** The configuration variables that starters read, each with the starters that do; by name, those of an environment as `<ENVIRONMENT>_NAME`. */
export function variablesIn(starters: ReadonlyMap<string, string>): [variable: string, starters: string[]][] {
  const found = new Map<string, Set<string>>();
  for (const [name, content] of starters) {
    if (!name.endsWith('.yml')) continue;
    for (const [, plain, ofEnvironment] of content.matchAll(
      /\bvars(?:\.([A-Z_][A-Z0-9_]*)|\[format\('\{0\}_([A-Z0-9_]+)')/g,
    )) {
      const variable = plain ?? `<ENVIRONMENT>_${ofEnvironment!}`;
      const users = found.get(variable) ?? new Set();
      found.set(variable, users.add(name.replace(/\.yml$/, '')));
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([variable, names]) => [variable, [...names]]);
}
