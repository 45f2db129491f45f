import { createHash } from 'node:crypto';
import { escapeHtml } from './text.ts';

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

/**
 * A page that needs nothing beside it: no script, no network, which its own security policy forbids as well.
 *
 * @param style its style sheet, which must hold nothing from outside
 */
export function htmlPage(title: string, style: string, main: Html): string {
  const hash = createHash('sha256').update(style).digest('base64');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${new Html(hash)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
${main}
</body>
</html>
`;
  return page.source;
}
