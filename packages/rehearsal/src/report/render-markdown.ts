import { escapeHtml } from '@mlops-actions/action-kit';
import MarkdownIt from 'markdown-it';
import { drawXyChart } from './xychart.ts';

/**
 * HTML elements that a summary may hold, without their attributes. Everything else is shown as the text that it is.
 * Headings of a summary stand below those of the report; most begin at the third level.
 */
const ALLOWED: Record<string, string> = {
  ...Object.fromEntries(
    [
      ...[
        'details',
        'summary',
        'code',
        'pre',
        'kbd',
        'samp',
        'b',
        'strong',
        'i',
        'em',
        's',
        'del',
        'ins',
        'sub',
        'sup',
      ],
      ...['p', 'blockquote', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'br', 'hr', 'a'],
      ...['table', 'caption', 'thead', 'tbody', 'tr', 'th', 'td'],
    ].map((name) => [name, name]),
  ),
  ...{ h1: 'h5', h2: 'h5', h3: 'h5', h4: 'h6', h5: 'h6', h6: 'h6' },
};

const VOID = new Set(['br', 'hr']);

const markdown = new MarkdownIt({ html: true });
const { rules } = markdown.renderer;
rules['html_block'] = (tokens, index) => allowedHtml(tokens[index]!.content);
rules['html_inline'] = (tokens, index) => allowedHtml(tokens[index]!.content);
// A report opens no connection, so a picture is its description.
rules['image'] = (tokens, index) => `<em>${escapeHtml(tokens[index]!.content || 'picture')}</em>`;
rules['heading_open'] = (tokens, index) => `<${ALLOWED[tokens[index]!.tag] ?? 'h6'}>`;
rules['heading_close'] = (tokens, index) => `</${ALLOWED[tokens[index]!.tag] ?? 'h6'}>`;
rules['link_open'] = (tokens, index) => linkTag(String(tokens[index]!.attrGet('href') ?? ''));
// A table that is too wide can be scrolled, by the keyboard too.
rules['table_open'] = () => '<div class="scroll" tabindex="0"><table>';
rules['table_close'] = () => '</table></div>';
const fence = rules['fence']!;
rules['fence'] = (tokens, index, options, env, self) => {
  const token = tokens[index]!;
  const chart = token.info.trim() === 'mermaid' ? drawXyChart(token.content) : undefined;
  return chart === undefined ? fence(tokens, index, options, env, self) : `<figure>${chart}</figure>`;
};

/**
 * Renders a job summary. The text is taken for hostile: no scripts, styles or attributes come through, no address but of the web, and no element is left
 * open or closes what it did not open.
 */
export function renderMarkdown(source: string): string {
  return balance(withoutEmptyHeaders(withAlerts(markdown.render(source))));
}

/** Markdown has no table without a header: where it is empty it heads nothing. */
function withoutEmptyHeaders(html: string): string {
  return html
    .replace(/<thead>\s*<tr>\s*(<th[^>]*><\/th>\s*)+<\/tr>\s*<\/thead>/g, '')
    .replace(/<th([^>]*)><\/th>/g, '<td$1></td>');
}

/** GitHub's `> [!NOTE]` and its kin. */
function withAlerts(html: string): string {
  return html.replace(
    /<blockquote>\n<p>\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*/g,
    (_, kind: string) =>
      `<blockquote class="alert ${kind.toLowerCase()}">\n<p><strong>${kind[0]! + kind.slice(1).toLowerCase()}</strong>`,
  );
}

function linkTag(address: string): string {
  // Anything but the web, and links within the page, which could not be told from the report's own, go nowhere.
  return /^https?:\/\//i.test(address) ? `<a href="${escapeHtml(address)}" rel="noreferrer nofollow">` : '<a>';
}

function allowedHtml(html: string): string {
  let shown = '';
  let end = 0;
  for (const match of html.matchAll(/<!--[^]*?-->|<(\/?)([a-z][a-z0-9]*)((?:\s[^<>]*)?)\/?>/gi)) {
    shown += escapeText(html.slice(end, match.index));
    end = match.index + match[0].length;
    const [whole, slash, name = '', attributes = ''] = match;
    if (whole.startsWith('<!--')) continue;
    const lower = name.toLowerCase();
    const tag = Object.hasOwn(ALLOWED, lower) ? ALLOWED[lower] : undefined;
    if (tag === undefined) shown += escapeHtml(whole);
    else if (slash === '/') shown += `</${tag}>`;
    else if (tag === 'a')
      shown += linkTag(
        /\shref\s*=\s*(?:"([^"]*)"|'([^']*)')/i
          .exec(attributes)
          ?.slice(1)
          .find((value) => value !== undefined) ?? '',
      );
    else shown += tag === 'details' && /\sopen\b/i.test(attributes) ? '<details open>' : `<${tag}>`;
  }
  return shown + escapeText(html.slice(end));
}

/** Escapes text of raw HTML; its character references stay what they are. */
function escapeText(text: string): string {
  return escapeHtml(text).replace(/&#38;(#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30});/gi, '&$1;');
}

/** Drops closing tags that close nothing, and closes what stays open: a summary cannot break out of its place. */
function balance(html: string): string {
  const open: string[] = [];
  const balanced = html.replace(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g, (tag, slash: string, name: string) => {
    if (VOID.has(name) || SVG.has(name)) return tag;
    if (slash === '') {
      open.push(name);
      return tag;
    }
    const at = open.lastIndexOf(name);
    if (at < 0) return '';
    return open
      .splice(at)
      .reverse()
      .map((each) => `</${each}>`)
      .join('');
  });
  return (
    balanced +
    open
      .reverse()
      .map((name) => `</${name}>`)
      .join('')
  );
}

/** Elements of the charts drawn here, which are in balance; no summary can write them. */
const SVG = new Set(['svg', 'line', 'text', 'rect', 'polyline']);
