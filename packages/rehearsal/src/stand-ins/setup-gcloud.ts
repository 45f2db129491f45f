import type { StandIn } from './stand-in.ts';

/** `google-github-actions/setup-gcloud`: installs nothing. */
export const setupGcloud: StandIn = {
  uses: 'google-github-actions/setup-gcloud',
  inputs: {
    version: 'latest',
    project_id: '',
    install_components: '',
    skip_install: 'false',
    skip_tool_cache: 'false',
    cache: 'false',
    universe: 'googleapis.com',
  },
  async run({ input, log }) {
    log(
      `On GitHub: installs the Google Cloud SDK (${input('version')}). Here: nothing; a gcloud on the PATH stays as it is.`,
    );
    return { version: '' };
  },
};
