/**
 * Escaping for the places where hostile text (a model's metadata, a registry's answer, a column name) is shown.
 */

/**
 * One line that is safe in a runner's log: control characters and line breaks become visible escapes, and a workflow
 * command (`::name ...::` or `##[name]`) at its start is broken up with a zero-width space.
 */
export function escapeLog(text: string): string {
  const visible = text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  // The runner looks for "::" after leading white space and for "##[" anywhere in a line.
  return visible.replace(/::(?=\s*[A-Za-z])/g, ':\u200b:').replace(/##\[/g, '##\u200b[');
}

const ESCAPES: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Text for HTML content and attribute values. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * Text for GitHub-flavoured markdown, safe in a paragraph, a heading or a table cell: every character that markdown or HTML gives
 * a meaning becomes a character reference, and line breaks become spaces. GitHub looks for people, issues and addresses after that, in what is
 * shown: a space of no width keeps a name from mentioning anybody in an issue or a comment.
 */
export function escapeMarkdown(text: string): string {
  return escapeControl(text)
    .replace(/[&<>"'`*_{}[\]()#+!|~\\$^=:@]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/((?<!\w)&#64;|&#35;|\bGH-)(?=\w)/gi, '$1&#8203;')
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}&#46;`)
    .replace(/^(\s*)-/, '$1&#45;')
    .replace(/^(\s*\d+)\./, '$1&#46;');
}

/** Text as inline code, for digests, names and paths. */
export function code(text: string): string {
  return `<code>${escapeControl(text).replace(/[&<>"'|`*_[\]\\~:@$#]/g, (c) => `&#${c.charCodeAt(0)};`)}</code>`;
}

function escapeControl(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** A command as it is typed into a POSIX shell, for people to copy: nothing here is ever given to one. */
export function shellCommand(...words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}

/** A number of bytes as people read it, in powers of 1024 (`1.5 MiB`). */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]!}`;
}

/** A duration in milliseconds as people read it (`850 ms`, `12.3 s`, `4 min 05 s`). */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** `3 files`, `1 file`. */
export function count(n: number, singular: string, plural = `${singular}s`): string {
  return `${n} ${n === 1 ? singular : plural}`;
}
