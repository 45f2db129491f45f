import { messageOf } from '@mlops-actions/action-kit';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findTool } from '../../../test/interop/tools.ts';
import type { Setting } from './setting.ts';
import type { Cost } from './watch.ts';

/** A builder of Dockerfiles that build-image is shown beside. */
export interface ForeignBuilder {
  name: string;
  /** What its second build, after the change of code, starts from. */
  startsFrom: string;
  /** How many times faster build-image is to be, where there is a target. */
  factors: { full: number; hashed?: number; known?: number };
  /** Makes what it builds in, in an empty folder: as cold as on a new runner. */
  open: (folder: string, registry: string) => Promise<Session>;
}

/** One cold start. */
export interface Session {
  /** Builds the Dockerfile in `context` and pushes the image; `previous` is the tag of the build before. */
  build: (context: string, tag: string, previous?: string) => Promise<Cost>;
  /** Ends what was started; the folder can be removed then. */
  close: () => Promise<void>;
}

/** The path of a tool that a builder cannot do without. */
export function toolOf(name: string): string {
  const found = findTool(name);
  if (found === undefined) throw new Error(`${name} is not installed, see .ci/install-foreign-tools`);
  return found;
}

/** Opens a session in a folder of its own, which goes when it is closed. */
export async function open(builder: ForeignBuilder, { folder, registry }: Setting): Promise<Session> {
  const own = await mkdtemp(path.join(folder, 'builder-'));
  const session = await builder.open(own, registry.address);
  return {
    build: session.build,
    close: async () => {
      await session.close();
      await rm(own, { recursive: true, force: true });
    },
  };
}

/** Why a builder cannot build on this machine, in one line; `undefined` where it can: it has just built an image of one file. */
export async function obstacle(builder: ForeignBuilder, setting: Setting): Promise<string | undefined> {
  const context = path.join(setting.folder, 'trial');
  await mkdir(context, { recursive: true });
  await writeFile(path.join(context, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n');
  try {
    const session = await open(builder, setting);
    try {
      await session.build(context, `${setting.registry.address}/trial/image:1`);
    } finally {
      await session.close();
    }
    return undefined;
  } catch (error) {
    return messageOf(error).trim().split('\n').at(-1)!;
  }
}
