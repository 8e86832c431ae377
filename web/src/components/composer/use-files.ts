import { useAui, useAuiState } from '@assistant-ui/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiProblem, describeError } from '../../api/problem';
import { uploadFile } from '../../api/uploads';
import { randomUuid } from '../../browser/uuid';
import { keepLocal } from '../../session/local-files';
import { fileAttachment, fileIn } from './file-attachment';

/** A file of the message being written. */
export interface WrittenFile {
  id: string;
  name: string;
  /** Bytes. */
  size: number;
  /** Part that has gone out, 0 to 1; null once the service has it. */
  progress: number | null;
  /** Why it was not taken, with the code of the refusal. */
  error: string | null;
}

type Upload = WrittenFile & { abort: AbortController };

/** The files of the message being written: on their way to the service, refused, or there. */
export function useFiles(chatId: string | null) {
  const aui = useAui();
  const attachments = useAuiState((state) => state.composer.attachments);
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const open = useRef(new Set<AbortController>());
  useEffect(() => () => open.current.forEach((abort) => abort.abort()), []);

  const change = useCallback((id: string, changes: Partial<Upload> | null) => {
    setUploads((all) =>
      all.flatMap((each) => (each.id !== id ? [each] : changes === null ? [] : [{ ...each, ...changes }])),
    );
  }, []);
  const upload = useCallback(
    async (chat: string, file: File) => {
      const abort = new AbortController();
      const id = randomUuid();
      open.current.add(abort);
      setUploads((all) => [...all, { id, name: file.name, size: file.size, progress: 0, error: null, abort }]);
      try {
        const onProgress = (progress: number) => change(id, { progress });
        const taken = await uploadFile(chat, file, { onProgress, signal: abort.signal });
        change(id, null);
        const { blobId: uploadId, fileName: name, size } = taken;
        await aui.composer().addAttachment(fileAttachment({ uploadId, name, size }));
      } catch (error) {
        change(id, abort.signal.aborted ? null : { progress: null, error: refusalOf(error) });
      } finally {
        open.current.delete(abort);
      }
    },
    [aui, change],
  );
  const offer = useCallback(
    (offered: readonly File[]) => {
      for (const file of offered) {
        if (chatId !== null) void upload(chatId, file);
        else void aui.composer().addAttachment(fileAttachment(keepLocal(file)));
      }
    },
    [aui, chatId, upload],
  );
  const there = attachments.flatMap(({ id, content }): WrittenFile[] => {
    const file = fileIn(content);
    return file ? [{ id, name: file.name, size: file.size, progress: null, error: null }] : [];
  });
  const remove = (id: string): void => {
    const known = uploads.find((each) => each.id === id);
    if (known === undefined) return void aui.composer().attachment({ id }).remove();
    known.abort.abort();
    change(id, null);
  };
  const isUploading = uploads.some(({ error }) => error === null);
  const dismiss = () => setUploads((all) => all.filter(({ error }) => error === null));
  return { files: [...there, ...uploads], isUploading, offer, remove, dismiss };
}

const refusalOf = (error: unknown): string =>
  error instanceof ApiProblem ? `${describeError(error)} (${error.code})` : describeError(error);
