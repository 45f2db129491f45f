/** GitHub drops a step's summary over 1 MiB; this is well below. In bytes. */
const LIMIT = 1_000_000;
const NOTE = '_Cut at 1 MB; the whole is in the report._';

/** A job summary that GitHub shows: where it is too long it ends at a line break, with what is open closed, and says so. */
export function fitSummary(markdown: string, limit = LIMIT): string {
  if (Buffer.byteLength(markdown) <= limit) return `${markdown}\n`;
  const cut = Buffer.from(markdown).subarray(0, limit).toString('utf8');
  const kept = cut.slice(0, cut.lastIndexOf('\n') + 1);
  return `${kept}${closing(kept)}\n${NOTE}\n`;
}

/** What closes the code block and the folded parts that are open at the end: a note inside of them would be code, or not be seen. */
function closing(markdown: string): string {
  let fence: string | undefined;
  let folded = 0;
  for (const line of markdown.split('\n')) {
    const [, mark] = /^(`{3,})/.exec(line) ?? [];
    if (fence === undefined) {
      fence = mark;
      folded += (line.match(/<details>/g)?.length ?? 0) - (line.match(/<\/details>/g)?.length ?? 0);
    } else if (mark !== undefined && mark.length >= fence.length && line.trim() === mark) fence = undefined;
  }
  return (fence === undefined ? '' : `${fence}\n`) + '\n</details>\n'.repeat(Math.max(0, folded));
}
