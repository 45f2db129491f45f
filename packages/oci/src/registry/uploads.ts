import type { IncomingMessage, ServerResponse } from 'node:http';
import { isDigest } from '../digest.ts';
import { created, Refusal, type Call } from './answer.ts';
import type { Upload } from './storage.ts';

export async function startUpload(call: Call): Promise<void> {
  const { storage, response, url, repository } = call;
  const mount = url.searchParams.get('mount');
  const from = url.searchParams.get('from');
  if (mount !== null && from !== null && isDigest(mount) && (await storage.mount(from, repository, mount))) {
    return created(response, `/v2/${repository}/blobs/${mount}`, mount);
  }
  const upload = await storage.startUpload(repository);
  if (url.searchParams.has('digest')) return whileBusy(upload, () => finishUpload(call, upload));
  accepted(response, upload, 202);
}

export async function continueUpload(call: Call, method: string, id: string): Promise<void> {
  const { storage, request, response, repository } = call;
  const upload = storage.upload(repository, id);
  if (upload === undefined) throw new Refusal(404, 'BLOB_UPLOAD_UNKNOWN', 'no such upload');
  if (method === 'GET') return accepted(response, upload, 204);
  return whileBusy(upload, async () => {
    if (method === 'DELETE') {
      await storage.dropUpload(upload);
      response.writeHead(204).end();
    } else if (method === 'PUT') {
      await finishUpload(call, upload);
    } else {
      checkRange(request, upload);
      await receive(call, upload);
      accepted(response, upload, 202);
    }
  });
}

/** One request at a time writes to an upload. */
async function whileBusy(upload: Upload, work: () => Promise<void>): Promise<void> {
  if (upload.busy) throw new Refusal(416, 'BLOB_UPLOAD_INVALID', 'another request is writing to this upload');
  upload.busy = true;
  try {
    await work();
  } finally {
    upload.busy = false;
  }
}

/** Chunks come in order, without gaps. */
function checkRange(request: IncomingMessage, upload: Upload): void {
  const header = request.headers['content-range'];
  if (header === undefined) return;
  const match = /^(?:bytes[ =])?(\d+)-(\d+)(?:\/.*)?$/.exec(header);
  const length = request.headers['content-length'];
  const fits = match !== null && Number(match[1]) === upload.meter.size;
  const whole = length === undefined || (match !== null && Number(match[2]) - Number(match[1]) + 1 === Number(length));
  if (!fits || !whole) {
    throw new Refusal(416, 'BLOB_UPLOAD_INVALID', 'the chunk does not follow what was received', uploadHeaders(upload));
  }
}

/** Takes the request's body. An upload whose sender went away in the middle cannot be continued, since what came is not known to it. */
async function receive({ storage, request }: Call, upload: Upload): Promise<void> {
  try {
    await storage.append(upload, request as AsyncIterable<Uint8Array>);
  } catch (error) {
    await storage.dropUpload(upload);
    throw error;
  }
}

async function finishUpload(call: Call, upload: Upload): Promise<void> {
  const { storage, request, response, url, repository } = call;
  const digest = url.searchParams.get('digest');
  if (!isDigest(digest)) throw new Refusal(400, 'DIGEST_INVALID', 'the parameter digest is missing or not SHA-256');
  checkRange(request, upload);
  await receive(call, upload);
  if (!(await storage.finishUpload(upload, digest))) {
    throw new Refusal(400, 'DIGEST_INVALID', 'the content does not have the digest that was given');
  }
  created(response, `/v2/${repository}/blobs/${digest}`, digest);
}

function uploadHeaders(upload: Upload): Record<string, string> {
  return {
    location: `/v2/${upload.repository}/blobs/uploads/${upload.id}`,
    range: `0-${Math.max(0, upload.meter.size - 1)}`,
    'docker-upload-uuid': upload.id,
  };
}

function accepted(response: ServerResponse, upload: Upload, status: 202 | 204): void {
  response.writeHead(status, { ...uploadHeaders(upload), ...(status === 202 && { 'content-length': 0 }) }).end();
}
