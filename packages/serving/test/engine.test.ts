import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { commands } from '../src/engine/commands.ts';
import { isAbandoned, newOwner } from '../src/engine/names.ts';
import { EngineError, runEngine } from '../src/engine/run.ts';
import { exitOf } from '../src/engine/state.ts';

describe('the words of an engine', () => {
  test('each value is one word, and none can be taken for an option', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[A-Z_]+$/), fc.string()), (env) => {
        const words = commands.create({ owner: 'o', network: 'none', env });
        const fixed = commands.create({ owner: 'o', network: 'none', env: {} });
        const added = words.slice(fixed.length - 1, -1);
        expect(added).toEqual(Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]));
        expect([...words.slice(0, fixed.length - 1), words.at(-1)]).toEqual(fixed);
      }),
    );
  });

  test('a container gets no network that leads out, no capabilities, and the memory that it may have', () => {
    const closed = commands.create({ owner: 'o', network: 'none', env: {}, memory: 5 }).join(' ');
    expect(closed).toContain('--network none ');
    expect(closed).toContain('--cap-drop ALL --security-opt no-new-privileges ');
    expect(closed).toContain('--memory 5 --memory-swap 5 ');
    expect(commands.createNetwork('o')).toContain('--internal');
    const internal = commands.create({ owner: 'o', network: 'internal', env: {} }).join(' ');
    expect(internal).toContain('--network o --dns 127.0.0.1 ');
    expect(internal).not.toContain('--memory');
  });
});

test('how a container ended is what its state says', () => {
  const state = { Running: false, Pid: 0, StartedAt: '', OOMKilled: false, ExitCode: 0 };
  expect(exitOf(state, undefined)).toEqual({ code: 0 });
  expect(exitOf({ ...state, ExitCode: 127 }, undefined)).toEqual({ code: 127 });
  expect(exitOf({ ...state, ExitCode: 137 }, undefined)).toEqual({ signal: 'SIGKILL' });
  expect(exitOf({ ...state, ExitCode: 137 }, 7)).toEqual({ outOfMemory: 7 });
  expect(exitOf({ ...state, ExitCode: 143 }, 7)).toEqual({ signal: 'SIGTERM' });
  expect(exitOf({ ...state, ExitCode: 1, OOMKilled: true }, 7)).toEqual({ outOfMemory: 7 });
  expect(exitOf({ ...state, ExitCode: 255 }, 7)).toEqual({ code: 255 });
});

describe('running an engine', () => {
  test('its input is given, its output comes back', async () => {
    async function* input(): AsyncGenerator<Uint8Array> {
      for (let part = 0; part < 40; part++) yield Buffer.alloc(100_000, 'x');
    }
    expect(await runEngine('wc', ['-c'], input())).toBe('4000000\n');
  });

  test('what it says when it fails is the error, in one line; also if it stops reading', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield Buffer.alloc(100_000);
    }
    const failing = runEngine(
      '/bin/sh',
      ['-c', 'head -c 10 >/dev/null; echo "no space\n left" >&2; exit 3'],
      endless(),
    );
    await expect(failing).rejects.toThrow(new EngineError('/bin/sh', ['-c'], 'no space left'));
    await expect(runEngine('no-such-engine', ['load'])).rejects.toThrow(/^no-such-engine load failed: .*ENOENT/);
  });

  test('an image that cannot be read is that error, not the one of an engine that got half of it', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      throw new Error('the registry is gone');
    }
    await expect(runEngine('cat', [], broken())).rejects.toThrow('the registry is gone');
  });
});

(process.platform === 'linux' ? describe : describe.skip)('what is left behind', () => {
  test('is known by its process: of one that lives it stays, of one that ended it goes', async () => {
    const names = new URL('../src/engine/names.ts', import.meta.url).href;
    const script = `import { newOwner } from ${JSON.stringify(names)}; console.log(newOwner()); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const owner = line.toString().trim();
    expect(isAbandoned(owner)).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAbandoned(owner)).toBe(true);
    expect(isAbandoned(newOwner())).toBe(false);
    const [prefix, namespace, ...rest] = owner.split('.');
    expect(isAbandoned([prefix, `1${namespace}`, ...rest].join('.'))).toBe(false);
    for (const foreign of ['', 'latest', 'a.b.c.d.e']) expect(isAbandoned(foreign)).toBe(false);
  });
});

test('a guard runs its commands when its process is killed, and reads no word of them', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'guard-'));
  try {
    const guardModule = new URL('../src/guard.ts', import.meta.url).href;
    const names = [
      'a b',
      '$(touch injected)',
      '"; touch injected; "',
      ...Array.from({ length: 9 }, (_, at) => `${at}`),
    ];
    const [dismissed, ...files] = names.map((name) => path.join(folder, name.replaceAll('/', '')));
    const script = `
      import { guard } from ${JSON.stringify(guardModule)};
      guard(${JSON.stringify([['touch', dismissed]])}, process.env)();
      guard(${JSON.stringify([['false'], ['no-such-program'], ['touch', ...files]])}, process.env);
      console.log('ready');
      setInterval(() => {}, 1000);
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    for (let tries = 0; !files.every((file) => existsSync(file)); tries++) {
      if (tries === 2000) throw new Error('The guard did nothing.');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(existsSync(dismissed!)).toBe(false);
    expect(existsSync(path.join(folder, 'injected'))).toBe(false);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
