import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderReport } from '../src/index.ts';
import { drawJobGraph } from '../src/report/job-graph.ts';
import { plainText } from '../src/report/plain-text.ts';
import { renderMarkdown } from '../src/report/render-markdown.ts';
import { STYLE } from '../src/report/style.ts';
import { drawXyChart } from '../src/report/xychart.ts';
import type { JobResult } from '../src/index.ts';
import { rehearseFixture, removeFolders } from './support.ts';

afterAll(removeFolders);

const VOID = new Set(['br', 'hr', 'meta', 'line', 'rect', 'polyline', 'path']);

/** Names of elements that are opened and not closed, or closed and not opened. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g)) {
    if (VOID.has(name)) continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}

/** The tags of a piece of HTML, without those that a summary may hold. */
function foreignTags(html: string): string[] {
  const allowed =
    /^<(?:div class="scroll" tabindex="0"|\/div)>$|^<\/?(?:details(?: open)?|summary|code(?: class="language-[^"<>]*")?|pre|kbd|samp|b|strong|i|em|s|del|ins|sub|sup|p|blockquote(?: class="alert [a-z]+")?|ul|ol(?: start="\d+")?|li|dl|dt|dd|br|hr|table|caption|thead|tbody|tr|t[hd](?: style="text-align:(?:left|right|center)")?|h[56]|a|a href="https?:[^"<>]*" rel="noreferrer nofollow")\s*\/?>$/;
  return [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag).filter((tag) => !allowed.test(tag));
}

const piece = fc.oneof(
  fc.constantFrom(
    '<script>',
    '</script>',
    '<details>',
    '</details>',
    '<details open onclick=x>',
    '<img src=x>',
    '<svg/onload=a>',
    '<!--',
    '-->',
  ),
  fc.constantFrom(
    '<a href="javascript:x">',
    '<a href=https://x>',
    '</a>',
    '<b',
    '>',
    '"',
    "'",
    '&lt;script&gt;',
    '&#60;',
    '\n\n',
    '\n',
    ' ',
  ),
  fc.constantFrom(
    '# ',
    '- ',
    '> ',
    '`',
    '```',
    '| a | b |\n|---|---|\n',
    '[x](javascript:x)',
    '[y](https://e.test "t")',
    '![z](https://e.test)',
    '**',
    '\\',
    '</p>',
    '<table><tr>',
  ),
  fc.string({ maxLength: 5 }),
);

describe('summaries', () => {
  test('whatever they hold, only known elements come through, in balance', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const html = renderMarkdown(pieces.join(''));
        expect(foreignTags(html)).toEqual([]);
        expect(unbalanced(html)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    [
      '<details><summary>More &amp; less</summary>\n\n*text*\n\n</details>',
      '<details><summary>More &amp; less</summary>\n<p><em>text</em></p>\n</details>',
    ],
    [
      '> [!WARNING]\n> Mind.',
      '<blockquote class="alert warning">\n<p><strong>Warning</strong>Mind.</p>\n</blockquote>\n',
    ],
    ['a <code>sha256&#58;x</code>', '<p>a <code>sha256:x</code></p>\n'],
    ['<h1>Head</h1>', '<h5>Head</h5>'],
    ['x <!-- hidden --> y', '<p>x  y</p>\n'],
    ['</div></section>', '&#60;/div&#62;&#60;/section&#62;'],
    ['[a](https://e.test/?a=1&b=2)', '<p><a href="https://e.test/?a=1&#38;b=2" rel="noreferrer nofollow">a</a></p>\n'],
    ['[a](#run-1)', '<p><a>a</a></p>\n'],
    ['![alt](https://e.test/x.png)', '<p><em>alt</em></p>\n'],
    [
      '```mermaid\npie\n"<b>" : 1\n```',
      '<pre><code class="language-mermaid">pie\n&quot;&lt;b&gt;&quot; : 1\n</code></pre>\n',
    ],
  ])('%j', (source, html) => {
    expect(renderMarkdown(source)).toBe(html);
  });

  test('charts of lines and bars are drawn', () => {
    const source =
      'xychart-beta\n title "A #60;b#62;"\n x-axis [one, two]\n y-axis "share, %" 0 --> 100\n bar [30, 70]\n line [10, 90]\n';
    const html = renderMarkdown('```mermaid\n' + source + '```');
    expect(html).toContain('<svg class="chart"');
    expect(html).toContain('A &#60;b&#62; · share, %');
    expect(unbalanced(html)).toEqual([]);
    expect(drawXyChart('flowchart LR')).toBeUndefined();
    expect(drawXyChart('xychart-beta\n line [1, x]')).toBeUndefined();
    expect(drawXyChart('xychart-beta\n x-axis 5 --> 1\n line [1]')).toContain('<svg');
  });
});

test('plain text steers no terminal', () => {
  expect(plainText('\u001b[31mred\u001b[0m\ttab \u001b]0;title\u0007 \u202ereversed')).toBe(
    'red    tab \ufffd]0;title\ufffd \ufffdreversed',
  );
});

describe('the graph of jobs', () => {
  const job = (id: string, more: Partial<JobResult> = {}): JobResult => ({
    id,
    name: id,
    group: id,
    kind: 'steps',
    conclusion: 'success',
    tolerated: false,
    needs: [],
    permissions: 'none',
    durationMs: 1,
    outputs: {},
    steps: [],
    ...more,
  });

  test('joins a called workflow to what is before and after it', () => {
    const jobs = [
      job('first'),
      job('call', { kind: 'call', needs: ['first'] }),
      job('call/a', { parent: 'call' }),
      job('call/b', { parent: 'call', needs: ['call/a'] }),
      job('last', { needs: ['call'] }),
    ];
    const svg = drawJobGraph(jobs, (each) => each.id, 'Jobs');
    expect(svg.match(/<a /g)).toHaveLength(4);
    expect(svg.match(/class="edge"/g)).toHaveLength(3);
    expect(unbalanced(svg)).toEqual([]);
  });

  test('shows a call that never started as one job', () => {
    const svg = drawJobGraph([job('call', { kind: 'call', conclusion: 'skipped' })], (each) => each.id, 'Jobs');
    expect(svg.match(/<a /g)).toHaveLength(1);
  });
});

/** Contrast of two colours by WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string): number => {
    const hex = colour.length === 4 ? colour.replace(/[\da-f]/gi, '$&$&') : colour;
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

describe('a report for everybody', () => {
  test.each(['light', 'dark'])('its text can be read on every ground: %s', (scheme) => {
    const block = STYLE.match(/:root\{[^}]*\}/g)![scheme === 'light' ? 0 : 1]!;
    const colours = new Map(
      [...block.matchAll(/--([a-z0-9]+):(#[\da-f]+)/gi)].map(([, name, colour]) => [name!, colour!]),
    );
    const grounds = ['page', 'card', 'log'];
    const texts = [...colours.keys()].filter((name) => ![...grounds, 'line', 'accent2', 'accent3'].includes(name));
    for (const text of texts) {
      for (const ground of grounds) {
        const ratio = contrast(colours.get(text)!, colours.get(ground)!);
        expect({ text, ground, readable: ratio >= 4.5 }).toEqual({ text, ground, readable: true });
      }
    }
  });

  test('headings go down by one level, headers say something, and what scrolls can be reached by the keyboard', async () => {
    const result = await rehearseFixture('call');
    result.jobs[0]!.steps[0]!.summary =
      '### gate: pass\n\n| | |\n| --- | --- |\n| a | b |\n\n#### More\n\n| | c |\n| --- | --- |\n| a | b |';
    const html = renderReport({
      title: 'One',
      tables: [{ title: 'Two', header: ['#', 'what'], rows: [['1', 'x']] }],
      runs: [{ title: 'Three', result }],
    });
    const levels = [...html.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    levels.forEach((level, index) => expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1));
    expect(levels).toContain(6);
    expect(html).not.toMatch(/<th[^>]*><\/th>/);
    expect(html.match(/class="(?:scroll[^"]*|log)"(?! tabindex="0")/g)).toBeNull();
    expect(html.match(/<table/g)).toHaveLength(html.match(/class="scroll[^"]*"[^>]*>\s*<table/g)!.length);
  });

  test('a box of the graph tells in words how its job ended', () => {
    const job = { id: 'a', name: 'release / Gate', kind: 'steps', conclusion: 'failure', durationMs: 1 } as JobResult;
    const svg = drawJobGraph([{ ...job, needs: [], group: 'a' }], () => 'x', 'Jobs');
    expect(
      svg
        .replace(/<[^>]*>/g, '')
        .replace(/\s+/g, ' ')
        .trim(),
    ).toBe('release Gate failed 1 ms');
  });
});

describe('a report', () => {
  test('is one page in balance, and hostile logs, names and summaries stay text', async () => {
    const result = await rehearseFixture('call');
    const hostile = '<script>alert(1)</script><img src=x onerror=alert(1)>';
    const [first] = result.jobs;
    first!.name = hostile;
    first!.outputs = { [hostile]: hostile };
    first!.environment = { name: hostile, url: `javascript:${hostile}` };
    first!.steps[0] = {
      ...first!.steps[0]!,
      name: hostile,
      summary: hostile,
      log: [
        { kind: 'group', text: hostile },
        { kind: 'text', text: hostile },
      ],
      annotations: [{ level: 'error', message: hostile, title: hostile, file: hostile }],
    };
    const html = renderReport({
      title: hostile,
      intro: hostile,
      tables: [{ title: hostile, header: [hostile], rows: [[hostile]], note: hostile }],
      runs: [
        { title: hostile, intro: hostile, result },
        { title: 'again', result },
      ],
    });
    expect(html).not.toMatch(/<script|<img|<iframe|href="javascript:/);
    expect(unbalanced(html.slice(html.indexOf('<body>'), html.indexOf('</html>')))).toEqual([]);
    expect(html).not.toMatch(/(?:src|href)="(?!#)/);
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of html.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
  });
});
