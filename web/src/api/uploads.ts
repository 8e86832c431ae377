import { ApiProblem, NetworkProblem } from './problem';
import { askForSignIn } from './sign-in';
import type { Attachment } from './types';

interface UploadTerms {
  /** Called with the part that was sent, 0 to 1. */
  onProgress?: (part: number) => void;
  signal?: AbortSignal;
}

/**
 * Gives the service a file for a message that is still to be sent. By XMLHttpRequest, which tells how much has gone out.
 *
 * @throws ApiProblem when it is refused, NetworkProblem when no answer came
 */
export function uploadFile(chatId: string, file: File, { onProgress, signal }: UploadTerms = {}): Promise<Attachment> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open('POST', `api/v1/chats/${chatId}/attachments`);
    call.setRequestHeader('accept', 'application/json');
    call.upload.onprogress = ({ loaded, total }) => onProgress?.(total > 0 ? loaded / total : 0);
    call.onerror = call.onabort = () => reject(new NetworkProblem());
    call.onload = () => {
      answerOf(call).then(resolve, reject);
    };
    signal?.addEventListener('abort', () => call.abort());
    const form = new FormData();
    form.append('files', file, file.name);
    call.send(form);
  });
}

async function answerOf({ status, statusText, responseText }: XMLHttpRequest): Promise<Attachment> {
  if (status === 401) askForSignIn();
  if (status !== 201) throw await ApiProblem.fromResponse(new Response(responseText, { status, statusText }));
  const [upload] = (JSON.parse(responseText) as { data: Attachment[] }).data;
  if (upload === undefined) throw new NetworkProblem();
  return upload;
}
