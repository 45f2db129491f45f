/** What is wrong with the path of an archive's entry, as the rest of a sentence; `undefined` if it stays in its folder everywhere. */
export function pathProblem(name: string): string | undefined {
  if (name === '') return 'has no name';
  if (/[\u0000-\u001f\ufffd]/.test(name)) return 'has control characters or broken UTF-8 in its name';
  if (name.includes('\\')) return 'has a backslash in its name, which some systems take for a folder';
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return 'has an absolute path';
  if (name.split('/').includes('..')) return 'leaves its folder';
  return undefined;
}
