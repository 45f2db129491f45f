import { afterAll, expect, test } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { createProgress } from '../src/index.ts';
import { rehearseFixture, removeFolders } from './support.ts';

afterAll(removeFolders);

/** A stream that says it is a terminal, and what a terminal of that size would show in the end. */
function terminal(rows: number): { stream: NodeJS.WriteStream; screen: () => string[]; written: () => string } {
  const stream = new PassThrough() as unknown as NodeJS.WriteStream;
  Object.assign(stream, { isTTY: true, rows, columns: 80 });
  let written = '';
  (stream as unknown as PassThrough).on('data', (chunk: Buffer) => (written += String(chunk)));
  const screen = (): string[] => {
    let lines: string[] = [''];
    for (const [, up, code, text] of written.matchAll(
      /\u001b\[(\d+)A\u001b\[J|(\u001b\[\??[\d;]*[a-zA-Z])|([^\u001b]+)/g,
    )) {
      if (up !== undefined) lines = [...lines.slice(0, Math.max(0, lines.length - 1 - Number(up))), ''];
      else if (code === undefined)
        for (const [index, line] of text!.split('\n').entries()) {
          if (index > 0) lines.push('');
          lines[lines.length - 1] += line;
        }
    }
    return lines;
  };
  return { stream, screen, written: () => written };
}

test('on a terminal, what is finished stays and nothing of the drawing is left over', async () => {
  const { stream, screen, written } = terminal(24);
  const progress = createProgress({ stream });
  await rehearseFixture('conditions', { onEvent: (event) => progress.onEvent(event) });
  progress.close();
  const lines = screen().map((line) => line.replace(/ \d[\d.]* m?s$/, ''));
  expect(lines.filter((line) => /^[✓✗○]/.test(line)).sort()).toEqual([
    '○ after-cleanup skipped',
    '○ skipped-after-failure skipped',
    '✓ after-tolerant',
    '✓ alarm',
    '✓ cleanup',
    expect.stringMatching(/^✗ Conditions failed: 7 jobs in/),
    '✗ fails',
    '✗ tolerant failed, tolerated',
  ]);
  expect(written().endsWith('\u001b[?25h')).toBe(true);
});

test('NO_COLOR is honoured on a terminal', async () => {
  const { stream, written } = terminal(5);
  process.env['NO_COLOR'] = '1';
  const progress = createProgress({ stream });
  await rehearseFixture('matrix', { onEvent: (event) => progress.onEvent(event) });
  progress.close();
  delete process.env['NO_COLOR'];
  expect(written()).not.toMatch(/\u001b\[[\d;]*m/);
});
