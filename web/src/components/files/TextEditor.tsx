import { useEffect, useState } from 'react';
import { ApiProblem, describeError } from '../../api/problem';
import { workspaceApi } from '../../api/workspace-api';
import type { ShownFile } from '../../format/shown-file';
import { loadFileDraft, saveFileDraft } from '../../session/file-draft';
import { Fault } from '../shell/Page';
import { t, words } from '../../languages/text';

interface TextEditorProps {
  chatId: string;
  path: string;
  content: Extract<ShownFile, { kind: 'text' }>;
  onDone: () => void;
}

/**
 * Changes a text. One that was changed meanwhile by the agent or somebody else is not overwritten. What is typed is kept until it
 * is saved or discarded, wherever one goes in between.
 */
export function TextEditor({ chatId, path, content, onDone }: TextEditorProps) {
  // What is being edited stays what it was, also when the file is read again behind it.
  const [original] = useState(content);
  const [draft] = useState(() => loadFileDraft(chatId, path));
  const tag = draft?.tag ?? original.tag;
  // Browsers keep lines as \n in a field; files of others keep theirs.
  const lineEnd = original.text.includes('\r\n') ? '\r\n' : '\n';
  const before = original.text.replaceAll('\r\n', '\n');
  const [text, setText] = useState(draft?.text ?? before);
  const [error, setError] = useState<string | null>(tag === original.tag ? null : t(CHANGED));
  const [isSaving, setSaving] = useState(false);
  const isChanged = text !== before;
  useKeptText(chatId, path, isChanged ? text : null, tag);
  const leave = () => {
    saveFileDraft(chatId, path, null);
    onDone();
  };
  const save = () => {
    setSaving(true);
    setError(null);
    workspaceApi.write(chatId, path, text.replaceAll('\n', lineEnd), tag).then(leave, (cause: unknown) => {
      setSaving(false);
      setError(cause instanceof ApiProblem && cause.code === 'file_changed' ? t(CHANGED) : describeError(cause));
    });
  };
  return (
    <div className="grid grid-cols-1 gap-2">
      <Fault text={error} />
      {draft && (
        <p role="status" className="text-sm text-muted-foreground">
          {t('This is what you had typed, and not saved.')}
        </p>
      )}
      <textarea
        aria-label={t('Text of the file')}
        dir="auto"
        spellCheck={false}
        autoFocus
        readOnly={isSaving}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        className="min-h-[55dvh] w-full resize-y rounded-xl border bg-background p-3 font-mono text-base leading-relaxed sm:text-[0.8125rem]"
      />
      <div className="flex justify-end gap-2">
        <button type="button" className="button" onClick={leave}>
          {isChanged ? t('Discard changes') : t('Cancel')}
        </button>
        <button type="button" className="button button-primary" disabled={!isChanged || isSaving} onClick={save}>
          {t('Save')}
        </button>
      </div>
    </div>
  );
}

const CHANGED = words(
  'The file was changed meanwhile, so that saving would undo that. Copy your text, discard your changes, and edit it anew.',
);

/** Keeps a text over whatever page comes next, and asks before a reload that it would not outlive. */
function useKeptText(chatId: string, path: string, text: string | null, tag: string): void {
  useEffect(() => {
    if (saveFileDraft(chatId, path, text === null ? null : { text, tag })) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [chatId, path, text, tag]);
}
