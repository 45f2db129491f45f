import { escapeHtml } from '@mlops-actions/action-kit';

/** A piece of HTML or SVG that is already safe to show, as opposed to text that came from outside. */
export class Html {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

type Piece = Html | string | number | undefined | readonly Html[];

/** A template whose holes are escaped unless they are HTML themselves. Holes must stand in content or in quoted attributes. */
export function html(parts: TemplateStringsArray, ...holes: Piece[]): Html {
  let source = parts[0]!;
  holes.forEach((hole, index) => {
    source += render(hole) + parts[index + 1]!;
  });
  return new Html(source);
}

function render(piece: Piece): string {
  if (piece === undefined) return '';
  if (piece instanceof Html) return piece.source;
  if (typeof piece === 'object') return piece.map(render).join('');
  return escapeHtml(String(piece).replace(INVISIBLE, '\ufffd'));
}

/** Control characters, and those that turn the direction of text round. */
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
