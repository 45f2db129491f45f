import { readFile, stat } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { UserError } from '@mlops-actions/action-kit';
import { createGoogleClient, type GoogleApi, type GoogleClient } from '@mlops-actions/google-apis';
import { parsePipeline, SPEC_LIMIT, type CompiledPipeline } from './spec.ts';

/** A compiled pipeline with the address of its template, if it is one of Artifact Registry. */
export interface LoadedPipeline extends CompiledPipeline {
  templateUri: string | undefined;
}

/** `https://REGION-kfp.pkg.dev/PROJECT/REPOSITORY/PACKAGE/TAG`, or `sha256:...` in the place of the tag. */
const TEMPLATE = /^(?:https:\/\/)?(?<host>[a-z0-9-]+-kfp\.pkg\.dev)\/(?<path>[^/\s]+\/[^/\s]+\/[^/\s]+\/[^/\s]+)$/;

export const isTemplate = (pipeline: string): boolean => /kfp\.pkg\.dev\//.test(pipeline);

/** Reads a compiled pipeline from a file, or from a template of Artifact Registry with the credentials of the job. */
export async function loadPipeline(
  pipeline: string,
  google: () => GoogleClient = createGoogleClient,
): Promise<LoadedPipeline> {
  if (isTemplate(pipeline)) {
    const { host, path } = TEMPLATE.exec(pipeline)?.groups ?? {};
    if (host === undefined || path === undefined) {
      throw new UserError(`'${pipeline}' is not a template of Artifact Registry.`, {
        fix: 'Write https://REGION-kfp.pkg.dev/PROJECT/REPOSITORY/PACKAGE/TAG; better, sha256:DIGEST in the place of the tag.',
      });
    }
    const templateUri = `https://${host}/${path}`;
    return { ...parsePipeline(await download(google(), host, path), templateUri), templateUri };
  }
  return { ...parsePipeline(await readPipelineFile(pipeline), pipeline), templateUri: undefined };
}

/** The bytes of a file that the input `pipeline` names. */
export async function readPipelineFile(file: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > SPEC_LIMIT) throw new UserError(`The pipeline '${file}' is larger than 10 MiB.`);
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError(missing ? `There is no pipeline at '${file}'.` : `The pipeline '${file}' cannot be read.`, {
      ...(missing && {
        fix: "Check the input 'pipeline'; was the repository checked out, and the pipeline compiled, in this job?",
      }),
      cause,
    });
  }
}

async function download(google: GoogleClient, host: string, path: string): Promise<Buffer> {
  const api: GoogleApi = {
    name: 'Artifact Registry',
    service: host,
    emulatorVariable: 'GOOGLE_APIS_EMULATOR_HOST',
    overrideVariable: 'CLOUDSDK_API_ENDPOINT_OVERRIDES_ARTIFACTREGISTRY_KFP',
  };
  const answer = await google.open({
    api,
    path: `/${path}`,
    what: `give the template ${path}`,
    needs: {
      permission: 'artifactregistry.repositories.downloadArtifacts',
      role: 'roles/artifactregistry.reader',
      on: 'the repository',
    },
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > SPEC_LIMIT) {
      answer.destroy();
      throw new UserError(`The template ${path} is larger than 10 MiB.`);
    }
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  return answer.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes, { maxOutputLength: SPEC_LIMIT }) : bytes;
}
