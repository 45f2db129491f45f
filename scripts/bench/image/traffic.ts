import { connect, createServer, type AddressInfo } from 'node:net';
import { build, type Known } from './own.ts';
import { writeCode, type Setting } from './setting.ts';

/** Bytes on the wire, all of HTTP included. */
export interface Traffic {
  up: number;
  down: number;
}

/** build-image's builds once more through a counting proxy, which would have cost the timed ones. */
export async function measureTraffic(setting: Setting): Promise<Record<'full' | 'hashed' | 'known', Traffic>> {
  const proxy = await startProxy(setting.registry.address);
  const own = `${proxy.address}/traffic/model`;
  const counted = async (version: number, known?: Known): Promise<Traffic> => {
    await writeCode(setting, version);
    const before = { ...proxy.bytes };
    await build(setting, proxy.address, `${own}:${version}`, known);
    return { up: proxy.bytes.up - before.up, down: proxy.bytes.down - before.down };
  };
  const previous = `${own}:1`;
  try {
    return {
      full: await counted(1),
      hashed: await counted(2, { previous }),
      known: await counted(3, { previous, digest: setting.modelDigest }),
    };
  } finally {
    proxy.close();
  }
}

async function startProxy(registry: string): Promise<{ address: string; bytes: Traffic; close: () => void }> {
  const bytes: Traffic = { up: 0, down: 0 };
  const target = new URL(`http://${registry}`);
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    client.on('data', (chunk: Buffer) => (bytes.up += chunk.length)).on('error', () => upstream.destroy());
    upstream.on('data', (chunk: Buffer) => (bytes.down += chunk.length)).on('error', () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, bytes, close: () => server.close() };
}
