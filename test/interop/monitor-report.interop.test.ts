/** The page of monitor-model in a real browser. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { Workshop } from '../../actions/monitor-model/test/workshop.ts';
import { foreignTool } from './tools.ts';

const HOSTILE = '<img src=x onerror=alert(1)></title><script>document.title = "taken over"</script>';

const chromium = foreignTool('chromium');
(chromium === undefined ? describe.skip : describe)('the page of monitor-model in Chromium', () => {
  let workshop: Workshop;
  let page = '';
  beforeAll(async () => {
    workshop = await Workshop.open();
    for (const [month, shift] of [
      ['2026-08', 0],
      ['2026-09', 1.5],
    ] as const) {
      await workshop.addMonth(month, { shift, ...(shift > 0 && { region: HOSTILE }) });
      await workshop.run({ window: month, 'as-of': '2026-12-01', 'on-breach': 'report' });
    }
    page = workshop.file('evidence/monitor-model.html');
  });
  afterAll(() => workshop.close());

  function browse(file: string, ...flags: string[]): { stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync(
      chromium!,
      [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
        ...['--disable-background-networking', '--disable-sync', '--enable-logging=stderr', '--hide-scrollbars'],
        `--user-data-dir=${workshop.file('profile')}`,
        ...flags,
        pathToFileURL(file).href,
      ],
      { encoding: 'utf8', timeout: 120_000 },
    );
    if (status !== 0) throw new Error(`Chromium ended with ${status}: ${stderr.slice(-2000)}`);
    return { stdout, stderr };
  }

  test('has its parts, breaks none of its own rules, asks the network for nothing, and shows hostile names as text', () => {
    const { stdout, stderr } = browse(page, '--dump-dom');
    expect(stdout).toContain('<h1>How is credit-risk doing?</h1>');
    expect(stdout.match(/<svg class="bars"/g)!.length).toBeGreaterThanOrEqual(2);
    expect(stdout.match(/class="course"/g)!.length).toBeGreaterThanOrEqual(3);
    expect(stderr).not.toMatch(/CONSOLE|Content Security Policy|Refused/);
    expect(stdout).not.toMatch(/<(img|script)|(src|href)="|@import|url\(/);
    expect(stdout).toContain('<title>credit-risk, 2026-09: ');
  });

  test('fits a narrow window, a wide one and paper, and every text stays within its figure', async () => {
    // A copy that measures itself: the page forbids scripts, so that the copy goes without its rule.
    const probe = workshop.file('probe.html');
    await writeFile(
      probe,
      (await readFile(page, 'utf8')).replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '').replace(
        '</body>',
        `<script>
const cut = [...document.querySelectorAll('figure > svg')].flatMap((svg) => {
  const box = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter((text) => {
    const { left, right, top, bottom } = text.getBoundingClientRect();
    return left < box.left - 1 || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1;
  }).map((text) => text.textContent);
});
document.title = JSON.stringify({ cut, over: document.documentElement.scrollWidth - innerWidth });
</script></body>`,
      ),
    );
    for (const width of [600, 1000, 1600]) {
      const { stdout } = browse(probe, '--dump-dom', `--window-size=${width},900`);
      const measured = JSON.parse(/<title>(.*?)<\/title>/.exec(stdout)![1]!) as { cut: string[]; over: number };
      expect({ width, ...measured }).toEqual({ width, cut: [], over: expect.any(Number) });
      expect(measured.over).toBeLessThanOrEqual(0);
    }
    const paper = path.join(workshop.folder, 'page.pdf');
    browse(page, `--print-to-pdf=${paper}`);
    expect((await readFile(paper)).subarray(0, 5).toString()).toBe('%PDF-');
  });
});
