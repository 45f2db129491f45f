/** What the documentation says of itself: links lead somewhere, every page can be found from the front page. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import MarkdownIt from 'markdown-it';

const root = path.resolve(import.meta.dirname, '../..');
const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && !file.startsWith('test/fixtures/'));
const markdown = new MarkdownIt({ html: true });

interface Page {
  links: string[];
  anchors: Set<string>;
}

/** Links of a page and the anchors that GitHub gives its headings (https://github.com/gjtorikian/html-pipeline, TableOfContentsFilter). */
function readPage(file: string): Page {
  const tokens = markdown.parse(readFileSync(path.join(root, file), 'utf8'), {});
  const anchors = new Set<string>();
  const links: string[] = [];
  tokens.forEach((token, index) => {
    for (const child of token.children ?? []) {
      const address = child.type === 'link_open' ? child.attrGet('href') : child.attrGet('src');
      if (address !== null) links.push(address);
    }
    if (token.type !== 'heading_open') return;
    const shown = (tokens[index + 1]!.children ?? []).map(({ content }) => content).join('');
    const slug = shown
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  });
  return { links, anchors };
}

const read = new Map(pages.map((file) => [file, readPage(file)]));

/** The file of this repository that a link leads to, and the anchor in it; undefined for other places. */
function targetOf(file: string, link: string): { target: string; anchor: string } | undefined {
  if (/^[a-z]+:/i.test(link)) return undefined;
  const [relative = '', anchor = ''] = link.split('#').map(decodeURIComponent);
  return { target: relative === '' ? file : path.posix.join(path.posix.dirname(file), relative), anchor };
}

describe('documentation', () => {
  test.each(pages)('every link of %s leads somewhere', (file) => {
    const dead = read.get(file)!.links.filter((link) => {
      const to = targetOf(file, link);
      if (to === undefined) return false;
      const place = path.join(root, to.target);
      if (!existsSync(place)) return true;
      if (to.anchor === '') return false;
      const page = read.get(statSync(place).isDirectory() ? path.posix.join(to.target, 'README.md') : to.target);
      return page?.anchors.has(to.anchor) !== true;
    });
    expect(dead).toEqual([]);
  });

  test('every page can be reached from the front page', () => {
    const seen = new Set(['README.md']);
    for (const file of seen) {
      for (const link of read.get(file)!.links) {
        const to = targetOf(file, link)?.target.replace(/\/$/, '');
        for (const page of [to, `${to ?? ''}/README.md`]) if (page !== undefined && read.has(page)) seen.add(page);
      }
    }
    expect(pages.filter((page) => !seen.has(page))).toEqual([]);
  });
});
