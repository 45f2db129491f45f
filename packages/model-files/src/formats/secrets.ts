import type { Scope } from '../scope.ts';

const SECRETS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['an AWS access key', /\b(AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['an AWS secret key', /\baws_?secret_?(access_?)?key["']?\s*[=:]\s*["']?[A-Za-z0-9/+]{40}\b/i],
  ['an Azure storage key', /\bAccountKey=[A-Za-z0-9+/]{80,}/],
  ['a Databricks token', /\bdapi[0-9a-f]{32}\b/],
  ['a GitHub token', /\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})\b/],
  ['a GitLab token', /\bglpat-[A-Za-z0-9_-]{20,}/],
  ['a Google API key', /\bAIza[0-9A-Za-z_-]{35}/],
  ['a Google access token', /\bya29\.[0-9A-Za-z_-]{30,}/],
  ['a Hugging Face token', /\bhf_[A-Za-z0-9]{34,}\b/],
  ['an OpenAI or Anthropic key', /\bsk-(proj-|ant-)?[A-Za-z0-9_-]{32,}/],
  ['a Slack token', /\bxox[abprs]-[A-Za-z0-9-]{20,}/],
  ['a JSON Web Token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}/],
  ['a private key', /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/],
  // Placeholders of documentation are no passwords.
  [
    'a password in an address',
    /\b[a-z][a-z0-9+]{1,15}:\/\/[\w.-]{1,64}:(?!(pass(word)?|pwd|secret|x+)@)[^\s:@/"'<>{}$*]{6,128}@[\w.-]+/i,
  ],
  ['a password of .netrc', /^\s*machine\s+\S+\s+login\s+\S+\s+password\s+\S+/m],
];

/** Looks for keys and tokens; what is found is shown by its first characters only. */
export function scanSecrets(text: string, scope: Scope): void {
  for (const [what, pattern] of SECRETS) {
    const found = pattern.exec(text);
    if (found === null) continue;
    scope.report('MV501', `The text holds ${what} (${found[0].trimStart().slice(0, 5)}…)`, { symbol: what });
  }
}

/** What stands at or near the beginning of every secret: one search that most texts fail. */
const MARKS =
  /A(?:KIA|SIA|Iza|ccountKey=)|secret|dapi|gh[pousr]_|github_pat_|glpat-|ya29\.|hf_|sk-|xox|eyJ|PRIVATE KEY|:\/\/|machine/i;

/** Cheap enough for millions of short texts. */
export const mayHoldSecret = (text: string): boolean => MARKS.test(text);
