import { UserError } from '@mlops-actions/action-kit';
import type { StandIn } from './stand-in.ts';

/** The variables in which the real action names the project for later steps. */
const PROJECT_VARIABLES = [
  'CLOUDSDK_CORE_PROJECT',
  'CLOUDSDK_PROJECT',
  'GCLOUD_PROJECT',
  'GCP_PROJECT',
  'GOOGLE_CLOUD_PROJECT',
];

/** `google-github-actions/auth`: checks that the real one could sign in, says as whom, and leaves no credentials. */
export const auth: StandIn = {
  uses: 'google-github-actions/auth',
  inputs: {
    ...{ project_id: '', workload_identity_provider: '', service_account: '', audience: '', credentials_json: '' },
    ...{ create_credentials_file: 'true', export_environment_variables: 'true', token_format: '', delegates: '' },
    ...{ universe: 'googleapis.com', request_reason: '', cleanup_credentials: 'true', access_token_lifetime: '3600s' },
    ...{ access_token_scopes: '', access_token_subject: '', id_token_audience: '', id_token_include_email: 'false' },
  },
  async run({ job, input, flag, log, requirePermission }) {
    const provider = input('workload_identity_provider');
    const key = input('credentials_json');
    if ((provider === '') === (key === '')) {
      throw new UserError(
        "google-github-actions/auth: set exactly one of 'workload_identity_provider' and 'credentials_json'.",
      );
    }
    if (provider !== '') requirePermission('id-token', 'write');
    const account = input('service_account');
    const project = input('project_id') || /@([^.]+)\.iam\.gserviceaccount\.com$/.exec(account)?.[1] || '';
    if (flag('export_environment_variables') && project !== '') {
      for (const name of PROJECT_VARIABLES) job.env[name] = project;
    }
    if (provider === '') log('On GitHub: signs in with a service account key. Prefer Workload Identity Federation.');
    else log(`On GitHub: exchanges the run's OIDC token at ${provider}${account === '' ? '' : ` for ${account}`}.`);
    log('Here: no credentials are made. Point VERTEX_AI_EMULATOR_HOST at an emulator for what follows.');
    return { project_id: project, credentials_file_path: '', auth_token: '' };
  },
};
