import { EngineFailure, kindOf } from '../failure.ts';
import { accessTo, type Access } from '../http/access.ts';
import { RestApi } from '../http/api.ts';
import { parseHost } from '../http/host.ts';
import { textField } from '../json.ts';
import type { AirflowOptions } from './engine.ts';

export interface AirflowConnection {
  api: RestApi;
  /** Of the REST API: 2 of Airflow 3, 1 of Airflow 2. */
  version: 1 | 2;
  /** Path that everything begins with. */
  root: string;
  /** Address of the pages. */
  origin: string;
}

const PERMISSION =
  'The account must be allowed to read and trigger the DAG, and to read its runs, tasks, logs and XComs (role User; in Cloud Composer also roles/composer.user).';

/** Finds out which Airflow answers, and how it lets the caller in. */
export async function connectAirflow({
  host: address,
  secrets,
  callTimeout,
}: AirflowOptions): Promise<AirflowConnection> {
  const host = parseHost(address);
  const open = (access: Access): RestApi =>
    new RestApi({
      host,
      access,
      title: 'Airflow',
      permission: PERMISSION,
      ...(callTimeout !== undefined && { timeout: callTimeout }),
    });
  const anonymous = open({ authorization: async () => undefined, renew: () => false });
  // Airflow 3 gives tokens for a name and a password; Airflow 2 takes these as they are.
  const login = async (username: string, password: string): Promise<string> => {
    const answer = await anonymous.json({
      method: 'POST',
      path: '/auth/token',
      json: { username, password },
      what: 'give a token for the user',
    });
    const token = textField(answer, 'access_token');
    if (token === undefined) throw new EngineFailure('refused', 'Airflow gave no token for the user.');
    return token;
  };
  const withToken = open(accessTo(host, secrets));
  // Which version it is, Airflow says without asking who wants to know; what stands before it may ask.
  const asking = secrets.username === undefined ? withToken : anonymous;
  const version = (await answers(asking, '/api/v2/version'))
    ? 2
    : (await answers(asking, '/api/v1/version'))
      ? 1
      : undefined;
  if (version === undefined) {
    throw new EngineFailure('refused', `There is no REST API of Airflow at ${host.href}.`, {
      fix: "Set 'host' to the address of the web server or API server, with its path if it has one; Airflow 2.5 or later is needed.",
    });
  }
  return {
    api: version === 2 ? open(accessTo(host, secrets, login)) : withToken,
    version,
    root: `/api/v${version}`,
    origin: host.href.replace(/\/+$/, ''),
  };
}

async function answers(api: RestApi, path: string): Promise<boolean> {
  try {
    return textField(await api.json({ path, what: 'tell its version' }), 'version') !== undefined;
  } catch (error) {
    if (kindOf(error) === 'missing') return false;
    throw error;
  }
}
