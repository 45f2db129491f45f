import { describe, expect, test } from '@jest/globals';
import { UserError } from '@mlops-actions/action-kit';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { digestModel, rootDigest } from '../src/index.ts';

const sha256 = (...parts: (string | Buffer)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

async function folder(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'model-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), content);
  }
  return root;
}

describe('digestModel', () => {
  test('is SHA-256 over the raw file digests in code-point order', async () => {
    // U+10000 sorts before U+FF5E in UTF-16 units, after it in code points.
    const root = await folder({ 'b.bin': 'B', 'a/z.bin': 'Z', '\u{10000}': 'astral', '\uff5e': 'wide' });
    const model = await digestModel(root);
    expect(model.files.map((file) => file.path)).toEqual(['a/z.bin', 'b.bin', '\uff5e', '\u{10000}']);
    const root256 = sha256(sha256('Z'), sha256('B'), sha256('wide'), sha256('astral'));
    expect(model.digest).toBe(`sha256:${root256.toString('hex')}`);
    expect(model.files[1]).toEqual({ path: 'b.bin', size: 1, digest: `sha256:${sha256('B').toString('hex')}` });
    expect(rootDigest([...model.files].reverse())).toBe(model.digest);
  });

  test('takes a single file for a folder that holds just that file', async () => {
    const root = await folder({ 'model.onnx': 'weights' });
    expect((await digestModel(path.join(root, 'model.onnx'))).digest).toBe((await digestModel(root)).digest);
  });

  test('leaves out version control and the signature at the top, and only there', async () => {
    const bare = await folder({ 'model.bin': 'w', 'sub/.gitignore': 'x' });
    const dressed = await folder({
      'model.bin': 'w',
      'sub/.gitignore': 'x',
      '.gitignore': '*',
      '.gitattributes': '*',
      '.git/HEAD': 'ref',
      '.github/x.yml': 'x',
      'model.sig': '{}',
    });
    expect((await digestModel(dressed)).digest).toBe((await digestModel(bare)).digest);
    expect((await digestModel(bare)).files).toHaveLength(2);
  });

  test('follows a link to a file of the folder and refuses one that leaves it', async () => {
    const root = await folder({ 'model.bin': 'w' });
    await symlink('model.bin', path.join(root, 'link.bin'));
    expect((await digestModel(root)).files.map((file) => file.path)).toEqual(['link.bin', 'model.bin']);
    const outside = await folder({ secret: 's' });
    await symlink(path.join(outside, 'secret'), path.join(root, 'out.bin'));
    await expect(digestModel(root)).rejects.toThrow(/'out\.bin'.*link out of the model's folder/);
  });

  test('refuses links to folders, dangling links, a missing path and an empty folder', async () => {
    const loop = await folder({ 'a/model.bin': 'w' });
    await symlink('..', path.join(loop, 'a', 'up'));
    await expect(digestModel(loop)).rejects.toThrow(UserError);
    const dangling = await folder({ 'model.bin': 'w' });
    await symlink('nowhere', path.join(dangling, 'gone'));
    await expect(digestModel(dangling)).rejects.toThrow(/link to nothing/);
    await expect(digestModel(path.join(loop, 'none'))).rejects.toThrow(/no model at/);
    await expect(digestModel(await folder({}))).rejects.toThrow(/holds no files/);
  });
});
