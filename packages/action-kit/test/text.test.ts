import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import {
  code,
  escapeHtml,
  escapeLog,
  escapeMarkdown,
  formatBytes,
  formatDuration,
  md,
  mdDetails,
  mdTable,
} from '../src/index.ts';

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      '::',
      'set-output name=x',
      '\n',
      '\r',
      '##[',
      'error]',
      ' ',
      '|',
      '`',
      '<b>',
      '&lt;',
      '](',
      '[',
      '!',
      '*',
      '_',
      '~',
      'http://a.b',
      '@me',
      '#1',
      '-',
      '1.',
      '\\',
      '$',
      ':',
      '\u202e',
      '\u0000',
    ),
    maxLength: 12,
  }),
);

const gfm = new MarkdownIt({ html: true, linkify: true });

/** What a reader sees of rendered HTML. */
const visible = (html: string): string =>
  html
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');

describe('escapeLog', () => {
  test('gives one line in which the runner finds no command', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = escapeLog(text);
        expect(line).not.toMatch(/[\n\r\u2028\u2029\u0000-\u001f]/);
        expect(line).not.toMatch(/::\s*[A-Za-z]/);
        expect(line).not.toContain('##[');
      }),
    );
  });

  test('leaves ordinary text alone', () => {
    expect(escapeLog('model credit-risk@3: 12 files, sha256:ab (ok)')).toBe(
      'model credit-risk@3: 12 files, sha256:ab (ok)',
    );
  });
});

describe('escapeMarkdown', () => {
  test('shows as plain text in a paragraph: no tag, no link, no emphasis, no list', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const html = gfm.render(`Name: ${escapeMarkdown(text)}.`);
        expect(html).toMatch(/^<p>[^<]*<\/p>\n$/);
        const collapsed = text
          .replace(/\s+/g, ' ')
          .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
        expect(visible(html).replaceAll('\u200b', '')).toContain(collapsed.trim());
      }),
    );
  });

  test('starts no list, heading or quotation at the beginning of a line', () => {
    for (const text of ['- a', '+ a', '* a', '1. a', '> a', '# a', '```', '---', '| a |', '    code']) {
      expect(gfm.render(escapeMarkdown(text))).toMatch(/^<p>[^<]*<\/p>\n$/);
    }
  });

  test('mentions nobody, refers to no issue and links to nothing, where GitHub looks for them in what is shown', () => {
    const shown = visible(
      gfm.render(escapeMarkdown('@alice, @org/team, mail@bank.example, #12, acme/risk#3, GH-4, www.evil.example')),
    );
    // The patterns of GitHub's filters, which run over the text of the page and not over its source.
    expect(shown).not.toMatch(/(^|\W)@[a-z\d]/i);
    expect(shown).not.toMatch(/#\d|\bGH-\d/i);
    expect(gfm.render(escapeMarkdown('www.evil.example'))).not.toContain('<a');
  });

  test('stays in its cell of a table', () => {
    fc.assert(
      fc.property(hostile, hostile, (first, second) => {
        const html = gfm.render(mdTable(['a', 'b'], [[first, second]]).source);
        expect(html.match(/<td>/g)).toHaveLength(2);
        expect(html.replace(/<\/?(table|thead|tbody|tr|th|td)>/g, '')).not.toMatch(/<[a-z]/i);
      }),
    );
  });
});

test('code is inline code with the same text, in a paragraph and in a cell', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const html = gfm.render(`x ${code(text)}`);
      expect(html).toMatch(/^<p>x <code>[^<]*<\/code><\/p>\n$/);
    }),
  );
});

test('escapeHtml leaves nothing that opens a tag, an entity or an attribute', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(escapeHtml(text).replace(/&#\d+;/g, '')).not.toMatch(/[&<>"']/);
    }),
  );
});

test('the heading of what is folded up ends at no blank line', () => {
  expect(mdDetails('a\n\n<b>\n\n# c', md`x`).source.split('\n')[0]).toBe(
    '<details><summary>a &#60;b&#62; # c</summary>',
  );
});

test('md escapes its holes and not its own text', () => {
  expect(md`**${'*a*'}** ${md`_b_`} ${3} ${undefined}`.source).toBe('**&#42;a&#42;** _b_ 3 ');
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [20 * 1024 * 1024, '20 MiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [12.4, '12 ms'],
  [12_340, '12.3 s'],
  [245_000, '4 min 05 s'],
])('%d ms are %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});
