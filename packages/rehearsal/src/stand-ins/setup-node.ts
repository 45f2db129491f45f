import type { StandIn } from './stand-in.ts';

/** `actions/setup-node`: the Node.js that runs the rehearsal is there already; says so if another was asked for. */
export const setupNode: StandIn = {
  uses: 'actions/setup-node',
  inputs: {
    ...{
      'always-auth': 'false',
      'node-version': '',
      'node-version-file': '',
      architecture: '',
      'check-latest': 'false',
    },
    ...{
      'registry-url': '',
      scope: '',
      token: '',
      cache: '',
      'package-manager-cache': 'true',
      'cache-dependency-path': '',
    },
    ...{ mirror: '', 'mirror-token': '' },
  },
  async run({ input, log, warn }) {
    const wanted = input('node-version');
    const major = /^v?(\d+)/.exec(wanted)?.[1];
    if (major !== undefined && major !== process.versions.node.split('.')[0]) {
      warn(`Node.js ${wanted} was asked for; the rehearsal has ${process.version}.`);
    }
    log(`Node.js ${process.version}`);
    return { 'node-version': process.version, 'cache-hit': 'false' };
  },
};
