import { type DragEvent, useCallback, useEffect, useRef, useState } from 'react';
import { ApiProblem } from '../../api/problem';
import { archiveAddress, workspaceApi } from '../../api/workspace-api';
import { usePaged } from '../../session/use-paged';
import { ConfirmDialog } from '../shell/ConfirmDialog';
import { Rows } from '../shell/Page';
import { Breadcrumbs } from './Breadcrumbs';
import { EntryRow } from './EntryRow';
import { NameDialog } from './NameDialog';
import { t } from '../../languages/text';

interface FolderViewProps {
  chatId: string;
  path: string;
  mayWrite: boolean;
  /** Something in it is not what it was. */
  onChanged?: (folder: string) => void;
}

const inFolder = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

/** One folder of the workspace, and what can be done in it. */
export function FolderView({ chatId, path, mayWrite, onChanged }: FolderViewProps) {
  const load = useCallback(
    (query: { cursor?: string | null; limit: number }) => workspaceApi.list(chatId, path, query),
    [chatId, path],
  );
  const list = usePaged(load);
  const [isNaming, setNaming] = useState(false);
  const change = (run: Promise<unknown>): void => list.change(run.then(() => onChanged?.(path)));
  const upload = useUpload(chatId, path, change);
  useReadAgain(list.reload);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    if (mayWrite) upload.send([...event.dataTransfer.files], false);
  };
  return (
    <section
      aria-label={t('Folder')}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
      className="grid gap-3"
    >
      <div className="flex flex-wrap items-center gap-2">
        <Breadcrumbs chatId={chatId} path={path} />
        {mayWrite && <UploadButton onFiles={(files) => upload.send(files, false)} />}
        {mayWrite && (
          <button type="button" className="button" onClick={() => setNaming(true)}>
            {t('New folder')}
          </button>
        )}
        <a className="button" href={archiveAddress(chatId, path)} download>
          {t('Download as ZIP')}
        </a>
        <button type="button" className="button" onClick={list.reload}>
          {t('Reload')}
        </button>
      </div>
      <Rows list={list} nothing={t('There is nothing in this folder yet.')} keyOf={(entry) => entry.path}>
        {(entry) => (
          <EntryRow
            chatId={chatId}
            entry={entry}
            mayWrite={mayWrite}
            onRename={(name) => change(workspaceApi.move(chatId, entry.path, inFolder(path, name)))}
            onRemove={() => change(workspaceApi.remove(chatId, entry.path))}
          />
        )}
      </Rows>
      {isNaming && (
        <NameDialog
          title={t('New folder')}
          label={t('Name of the folder')}
          confirmLabel={t('Make folder')}
          onName={(name) => change(workspaceApi.makeFolder(chatId, inFolder(path, name)))}
          onClose={() => setNaming(false)}
        />
      )}
      {upload.taken && (
        <ConfirmDialog
          title={t('Replace what is there?')}
          text={t('A file of that name is in the folder already.')}
          confirmLabel={t('Replace')}
          onConfirm={() => upload.send(upload.taken ?? [], true)}
          onClose={upload.forget}
        />
      )}
    </section>
  );
}

/** Files whose names are taken are asked about, and sent again. */
function useUpload(chatId: string, path: string, change: (run: Promise<unknown>) => void) {
  const [taken, setTaken] = useState<readonly File[] | null>(null);
  const send = (files: readonly File[], overwrite: boolean): void => {
    if (files.length === 0) return;
    const run = workspaceApi.upload(chatId, path, files, overwrite).catch((error: unknown) => {
      if (!(error instanceof ApiProblem) || error.status !== 409 || overwrite) throw error;
      setTaken(files);
    });
    change(run);
  };
  return { taken, send, forget: () => setTaken(null) };
}

/** The agent may have changed something while one was away. */
function useReadAgain(reload: () => void): void {
  useEffect(() => {
    window.addEventListener('focus', reload);
    return () => window.removeEventListener('focus', reload);
  }, [reload]);
}

function UploadButton({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className="button" onClick={() => field.current?.click()}>
        {t('Upload')}
      </button>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        aria-label={t('Files to upload')}
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}
