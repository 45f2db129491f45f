/**
 * Speed, traffic and memory of build-image beside buildah and docker buildx, in one interleaved run: a model of 500 MB on a base image, built and
 * pushed to a registry on this machine, then again after a change of code. Every round starts cold: empty stores, repositories that do not exist.
 *
 * After the change of code build-image and buildah are as on a new runner, where nothing is left of the build before but the image. docker buildx is
 * shown twice: so, with the cache that it keeps in the image, and with a BuildKit that still runs, which has seen every byte of the model before.
 * Below each figure of build-image are those of the others and how many times theirs are its own: time on the wall, and of processors, with
 * that of BuildKit's daemon, but without its start.
 *
 * `npm run bench:image -- --rounds N`; needs the bundles (npm run build). What is not installed, or cannot build here, is named instead (see
 * .ci/install-foreign-tools); without Debian's docker-registry, the project's own registry stands in.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildah } from './image/buildah.ts';
import { buildx, buildxOnNewRunners } from './image/buildx.ts';
import { obstacle, open, type ForeignBuilder, type Session } from './image/foreign.ts';
import { build } from './image/own.ts';
import { print, type Round } from './image/print.ts';
import { prepare, writeCode, type Setting } from './image/setting.ts';
import { measureTraffic } from './image/traffic.ts';
import type { Cost } from './image/watch.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '1' } } });
const folder = await mkdtemp(path.join(tmpdir(), 'bench-image-'));
const closers: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
try {
  const setting = await prepare(folder, closers);
  const builders: ForeignBuilder[] = [];
  for (const builder of [buildah, buildxOnNewRunners, buildx]) {
    const reason = await obstacle(builder, setting);
    if (reason === undefined) builders.push(builder);
    else console.log(`${builder.name} is not measured: ${reason}`);
  }
  const rounds: Round[] = [];
  for (let number = 1; number <= Number(values.rounds); number++)
    rounds.push(await oneRound(setting, number, builders));
  print(setting, builders, rounds, await measureTraffic(setting));
} finally {
  for (const close of closers.reverse()) await close();
}

async function oneRound(setting: Setting, number: number, builders: readonly ForeignBuilder[]): Promise<Round> {
  const { address } = setting.registry;
  const own = `${address}/own/round-${number}`;
  const sessions: Session[] = [];
  const others = async (version: number): Promise<Cost[]> => {
    const costs: Cost[] = [];
    for (const [index, session] of sessions.entries()) {
      const repository = `${address}/other-${index}/round-${number}`;
      const previous = version === 1 ? undefined : `${repository}:${version - 1}`;
      costs.push(await session.build(setting.context, `${repository}:${version}`, previous));
    }
    return costs;
  };
  try {
    for (const builder of builders) sessions.push(await open(builder, setting));
    await writeCode(setting, 1);
    const full = await build(setting, address, `${own}:1`);
    const othersFull = await others(1);
    await writeCode(setting, 2);
    const hashed = await build(setting, address, `${own}:2`, { previous: `${own}:1` });
    const othersCode = await others(2);
    await writeCode(setting, 3);
    const known = await build(setting, address, `${own}:3`, { previous: `${own}:2`, digest: setting.modelDigest });
    const foreign = builders.map((_, index) => ({ full: othersFull[index]!, codeOnly: othersCode[index]! }));
    return { full, hashed, known, foreign };
  } finally {
    for (const session of sessions) await session.close();
  }
}
