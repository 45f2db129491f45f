import { describe, expect, test } from '@jest/globals';
import type { ActionResult } from '@mlops-actions/action-kit';
import { contract, folderOf, run } from './workshop.ts';

describe('an earlier state of the repository', () => {
  const manifest = (more: string): string =>
    `schema-version: 1\nmodel: {name: m, owner: a@b.example}\nartifact: {path: m.onnx}\n${more}`;
  const STRICT = contract([{ name: 'id', required: true }]);
  const LOOSE = contract([{ name: 'id' }]);
  const named = (file: string): string => manifest(`data: {contract: ${file}}\n`);

  /** Reviews the change from the files under `.base/` to the others. */
  async function review(
    files: Record<string, string | object>,
    more: Record<string, string> = {},
  ): Promise<ActionResult> {
    const folder = await folderOf(files);
    const before = process.cwd();
    process.chdir(folder);
    try {
      return await run({ offline: 'true', 'baseline-contract': '.base', manifest: 'model.yaml', ...more });
    } finally {
      process.chdir(before);
    }
  }

  test.each([
    ['to a new path', { 'model.yaml': named('b.yaml'), 'b.yaml': LOOSE }],
    // There it is no change, and no promise either.
    ['to a file that was there before', { 'model.yaml': named('b.yaml'), 'b.yaml': LOOSE, '.base/b.yaml': LOOSE }],
    ['nowhere', { 'model.yaml': named('a.yaml'), 'a.yaml': LOOSE }],
  ])('finds the contract that was in force, though the change moves it %s', async (_, files) => {
    const result = await review({ ...files, '.base/model.yaml': named('a.yaml'), '.base/a.yaml': STRICT });
    expect(result).toMatchObject({ verdict: 'fail', outputs: { 'breaking-changes': '1' } });
    expect(result.report).toMatchObject({ contractChanges: { baseline: '.base/a.yaml' } });
  });

  test('takes the same path where the workflow names the contract', async () => {
    const files = { 'model.yaml': manifest(''), '.base/model.yaml': manifest(''), 'a.yaml': LOOSE };
    const given = { contract: 'a.yaml' };
    expect((await review({ ...files, '.base/a.yaml': STRICT }, given)).verdict).toBe('fail');
    expect((await review({ ...files, '.base/a.yaml': LOOSE }, given)).verdict).toBe('pass');
  });

  test('takes the same path where the earlier model.yaml cannot be read', async () => {
    const files = { 'model.yaml': named('a.yaml'), 'a.yaml': LOOSE };
    expect((await review({ ...files, '.base/model.yaml': 'nonsense: [', '.base/a.yaml': STRICT })).verdict).toBe(
      'fail',
    );
  });

  test('refuses that a contract is dropped, and passes a first one and none at all', async () => {
    const earlier = { '.base/model.yaml': named('a.yaml'), '.base/a.yaml': STRICT };
    await expect(review({ 'model.yaml': manifest(''), ...earlier })).rejects.toThrow(
      "There is no contract any more, and '.base/a.yaml' was one.",
    );
    const fresh = await review({
      'model.yaml': named('a.yaml'),
      'a.yaml': STRICT,
      '.base/model.yaml': manifest(''),
    });
    expect(fresh).toMatchObject({ verdict: 'pass', outputs: { 'breaking-changes': '' } });
    const none = await review({ 'model.yaml': manifest(''), '.base/model.yaml': manifest('') });
    expect(none).toMatchObject({ verdict: 'pass', headline: 'There is no data contract, and there was none before.' });
  });
});
