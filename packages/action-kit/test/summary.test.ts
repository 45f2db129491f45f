import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { md, mdBlock, mdDetails, mdJoin, mdTable } from '../src/index.ts';
import { fitSummary } from '../src/summary.ts';

const gfm = new MarkdownIt({ html: true });
const count = (html: string, tag: string): number => html.split(tag).length - 1;

test('a summary that fits is left alone', () => {
  expect(fitSummary('# a\n\nb')).toBe('# a\n\nb\n');
});

test('wherever it is cut, what is open is closed and the note can be read', () => {
  const whole = mdJoin(
    md`### gate: pass`,
    mdTable(['a', 'b'], [['1', '2']]),
    mdDetails('Log', mdBlock('line\n```\n<details>\nline ü')),
    mdDetails('Outer', mdDetails('Inner', md`text`)),
    md`the end of it all`,
  ).source;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Buffer.byteLength(whole) - 1 }), (limit) => {
      const html = gfm.render(fitSummary(whole, limit));
      expect(html).toContain('<p><em>Cut at 1 MB; the whole is in the report.</em></p>');
      expect(count(html, '<details>')).toBe(count(html, '</details>'));
      expect(html.indexOf('Cut at 1 MB')).toBeGreaterThan(html.lastIndexOf('</details>'));
    }),
  );
});
