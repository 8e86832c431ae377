import { isPicture, type ShownFile, shownFileOf } from '../format/shown-file';
import { ApiProblem } from './problem';
import { request } from './request';

/** As much of a text as is shown, and can be changed; more of it is for an editor. */
const SHOWN_BYTES = 1_048_576;

/** A file of a chat's workspace, as much of it as is shown. @throws ApiProblem, NetworkProblem */
export async function readShownFile(chatId: string, path: string): Promise<ShownFile> {
  // Of a part that it has kept a browser takes what it can, also when the file is another one since.
  const read = (headers: Record<string, string>): Promise<Response> =>
    request(`/chats/${chatId}/workspace/file`, { accept: '*/*', query: { path }, headers, cache: 'no-store' });
  const response = await read({ range: `bytes=0-${SHOWN_BYTES - 1}` }).catch((error: unknown) => {
    // An empty file has no first byte.
    if (error instanceof ApiProblem && error.code === 'range_not_satisfiable') return read({});
    throw error;
  });
  const mediaType = response.headers.get('content-type') ?? '';
  const facts = { size: sizeOf(response), mediaType, tag: response.headers.get('etag') ?? '' };
  if (isPicture(mediaType)) {
    // It is loaded by who shows it.
    await response.body?.cancel();
    return { kind: 'picture', size: facts.size };
  }
  return shownFileOf(new Uint8Array(await response.arrayBuffer()), facts);
}

/** Of all of it, where only a part is answered. */
function sizeOf({ headers }: Response): number {
  const whole = /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
  return Number(whole ?? headers.get('content-length') ?? 0);
}
