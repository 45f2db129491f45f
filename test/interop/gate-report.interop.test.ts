/** The gate's HTML report in a real browser. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inputReader, runContext } from '@mlops-actions/action-kit';
import { action } from '../../actions/evaluate-gate/src/index.ts';
import { foreignTool } from './tools.ts';

const example = path.resolve(import.meta.dirname, '../../examples/credit-risk/model.yaml');
const HOSTILE = '<img src=x onerror=alert(1)></title><script>document.title = "taken over"</script>';

const chromium = foreignTool('chromium');
(chromium === undefined ? describe.skip : describe)('the report in Chromium', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'gate-report-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** The report of the example, with some inputs changed. */
  async function report(inputs: Record<string, string> = {}): Promise<string> {
    const given: Record<string, string> = { manifest: example, 'evidence-dir': folder, ...inputs };
    const { outputs } = await action.run(action.readInputs(inputReader((name) => given[name] ?? '')), runContext({}));
    return outputs['html-path']!;
  }

  function browse(url: string, ...flags: string[]): { stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync(
      chromium!,
      [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
        ...['--disable-background-networking', '--disable-sync', '--enable-logging=stderr', '--hide-scrollbars'],
        `--user-data-dir=${path.join(folder, 'profile')}`,
        ...flags,
        url,
      ],
      { encoding: 'utf8', timeout: 120_000 },
    );
    if (status !== 0) throw new Error(`Chromium ended with ${status}: ${stderr.slice(-2000)}`);
    return { stdout, stderr };
  }

  test('has its parts, breaks none of its own rules, and asks the network for nothing', async () => {
    const { stdout, stderr } = browse(pathToFileURL(await report()).href, '--dump-dom');
    expect(stdout).toContain('<h1>May the candidate replace the champion?</h1>');
    expect(stdout.match(/<figure>/g)).toHaveLength(5);
    expect(stdout.match(/class="forest pass"/g)).toHaveLength(4);
    expect(stderr).not.toMatch(/CONSOLE|Content Security Policy|Refused/);
    expect(stdout.replaceAll('http-equiv', '')).not.toMatch(/(src|href)=|@import|url\(|https?:/);
  });

  test('fits a narrow window, a wide one and paper, and every text stays within its plot', async () => {
    const page = await readFile(await report(), 'utf8');
    // A copy that measures itself: the report forbids scripts, so that the copy goes without its rule.
    const probe = path.join(folder, 'probe.html');
    await writeFile(
      probe,
      page.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '').replace(
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
      const { stdout } = browse(pathToFileURL(probe).href, '--dump-dom', `--window-size=${width},900`);
      const measured = JSON.parse(/<title>(.*?)<\/title>/.exec(stdout)![1]!) as { cut: string[]; over: number };
      expect({ width, ...measured }).toEqual({ width, cut: [], over: expect.any(Number) });
      expect(measured.over).toBeLessThanOrEqual(0);
    }
    const paper = path.join(folder, 'report.pdf');
    browse(pathToFileURL(await report()).href, `--print-to-pdf=${paper}`);
    const printed = (await readFile(paper)).toString('latin1');
    expect(printed.slice(0, 5)).toBe('%PDF-');
    // Its four checks and five plots; a column that is squeezed would take a page for each check.
    expect(printed.match(/\/Type \/Page\b(?!s)/g)!.length).toBeLessThanOrEqual(4);
  });

  test('shows hostile names as text', async () => {
    const policy = path.join(folder, 'policy.yaml');
    await writeFile(policy, `checks: [{name: ${JSON.stringify(HOSTILE)}, metric: auc, bound: 0.6}]\n`);
    const { stdout } = browse(pathToFileURL(await report({ policy })).href, '--dump-dom');
    expect(stdout).toContain('<title>Gate decision: pass</title>');
    expect(stdout).not.toMatch(/<(img|script)/);
    expect(stdout).toContain('&lt;img src=x');
  });
});
