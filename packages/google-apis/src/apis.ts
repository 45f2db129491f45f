import { UserError } from '@mlops-actions/action-kit';

/** One of Google's APIs, or another service that takes Google's tokens. */
export interface GoogleApi {
  /** As people call it. */
  readonly name: string;
  /** The service's id, which is also its host. */
  readonly service: string;
  /** Environment variable that names an emulator (`host:port` or `http://host:port`), spoken to over plain HTTP without credentials. */
  readonly emulatorVariable: string;
  /** Environment variable that moves the API to another host, as it does for gcloud: Private Service Connect, restricted networks. */
  readonly overrideVariable: string;
}

export const BIGQUERY: GoogleApi = {
  name: 'BigQuery',
  service: 'bigquery.googleapis.com',
  emulatorVariable: 'BIGQUERY_EMULATOR_HOST',
  overrideVariable: 'CLOUDSDK_API_ENDPOINT_OVERRIDES_BIGQUERY',
};

export const STORAGE: GoogleApi = {
  name: 'Cloud Storage',
  service: 'storage.googleapis.com',
  emulatorVariable: 'STORAGE_EMULATOR_HOST',
  overrideVariable: 'CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE',
};

export const MONITORING: GoogleApi = {
  name: 'Cloud Monitoring',
  service: 'monitoring.googleapis.com',
  emulatorVariable: 'GOOGLE_APIS_EMULATOR_HOST',
  overrideVariable: 'CLOUDSDK_API_ENDPOINT_OVERRIDES_MONITORING',
};

export const LOGGING: GoogleApi = {
  name: 'Cloud Logging',
  service: 'logging.googleapis.com',
  emulatorVariable: 'GOOGLE_APIS_EMULATOR_HOST',
  overrideVariable: 'CLOUDSDK_API_ENDPOINT_OVERRIDES_LOGGING',
};

/** Where an API is spoken to. */
export interface ApiHost {
  readonly origin: string;
  /** Whether it is an emulator, which gets no credentials. */
  readonly emulator: boolean;
}

/** @throws UserError if the variable of an emulator or of another host is malformed */
export function apiHost(api: GoogleApi, environment: NodeJS.ProcessEnv): ApiHost {
  const emulator = environment[api.emulatorVariable] ?? '';
  if (emulator !== '') {
    const url = URL.parse(emulator.includes('://') ? emulator : `http://${emulator}`);
    if (url?.protocol !== 'http:' || !isBare(url)) {
      throw new UserError(`${api.emulatorVariable} is '${emulator}', which is not host:port.`);
    }
    return { origin: url.origin, emulator: true };
  }
  const override = environment[api.overrideVariable] ?? '';
  if (override !== '') {
    const url = URL.parse(override);
    if (url?.protocol !== 'https:' || !isBare(url)) {
      throw new UserError(`${api.overrideVariable} is '${override}', which is not https://host/.`);
    }
    return { origin: url.origin, emulator: false };
  }
  return { origin: `https://${api.service}`, emulator: false };
}

const isBare = (url: URL): boolean =>
  url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
