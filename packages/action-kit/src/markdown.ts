import { code, escapeHtml, escapeMarkdown } from './text.ts';
import type { Verdict } from './verdict.ts';

/** A piece of markdown that is already safe to show, as opposed to text that came from outside. */
export class Markdown {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
  toString(): string {
    return this.source;
  }
}

type Piece = Markdown | string | number | undefined;

/** A template whose holes are escaped unless they are markdown themselves: ``md`Model ${name} ${code(digest)}` ``. */
export function md(parts: TemplateStringsArray, ...holes: Piece[]): Markdown {
  let source = parts[0]!;
  holes.forEach((hole, index) => {
    source += render(hole) + parts[index + 1]!;
  });
  return new Markdown(source);
}

function render(piece: Piece): string {
  if (piece === undefined) return '';
  return piece instanceof Markdown ? piece.source : escapeMarkdown(String(piece));
}

/** Inline code. */
export const mdCode = (text: string): Markdown => new Markdown(code(text));

/** A table with a header row; cells are escaped. */
export function mdTable(header: readonly Piece[], rows: readonly (readonly Piece[])[]): Markdown {
  const line = (cells: readonly Piece[]): string => `| ${cells.map(render).join(' | ')} |`;
  return new Markdown([line(header), line(header.map(() => new Markdown('---'))), ...rows.map(line)].join('\n'));
}

/** Content folded under a heading. */
export function mdDetails(heading: string, content: Markdown): Markdown {
  const line = escapeHtml(heading.replace(/\s+/g, ' '));
  return new Markdown(`<details><summary>${line}</summary>\n\n${content.source}\n\n</details>`);
}

/** A Mermaid chart. The source must be built from {@link mermaidText} where it shows outside text. */
export function mdMermaid(source: string): Markdown {
  return new Markdown('```mermaid\n' + source.replaceAll('```', '') + '\n```');
}

/** Text for a Mermaid label: what Mermaid or markdown could take for syntax becomes `#code;`. */
export function mermaidText(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,%/+-]/gu, (character) => `#${character.codePointAt(0)!};`);
}

/** A fenced block of text that may come from outside. */
export function mdBlock(text: string, language = ''): Markdown {
  const longestRun = Math.max(0, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = '`'.repeat(Math.max(3, longestRun + 1));
  return new Markdown(`${fence}${language}\n${text}\n${fence}`);
}

/** Blocks one after the other. */
export function mdJoin(...blocks: (Markdown | undefined)[]): Markdown {
  return new Markdown(
    blocks
      .filter((block) => block !== undefined && block.source !== '')
      .map(String)
      .join('\n\n'),
  );
}

const BADGES: Record<Verdict, string> = { pass: '✅ pass', fail: '❌ fail', inconclusive: '⚠️ inconclusive' };

/** A verdict with its mark. */
export const mdVerdict = (verdict: Verdict): Markdown => new Markdown(BADGES[verdict]);
