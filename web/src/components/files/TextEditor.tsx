import { useEffect, useState } from 'react';
import { ApiProblem, describeError } from '../../api/problem';
import { workspaceApi } from '../../api/workspace-api';
import type { ShownFile } from '../../format/shown-file';
import { Fault } from '../shell/Page';
import { t, words } from '../../languages/text';

interface TextEditorProps {
  chatId: string;
  path: string;
  content: Extract<ShownFile, { kind: 'text' }>;
  onDone: () => void;
}

/** Changes a text. One that was changed meanwhile by the agent or somebody else is not overwritten. */
export function TextEditor({ chatId, path, content, onDone }: TextEditorProps) {
  // Browsers keep lines as \n in a field; files of others keep theirs.
  const lineEnd = content.text.includes('\r\n') ? '\r\n' : '\n';
  const [text, setText] = useState(content.text.replaceAll('\r\n', '\n'));
  const [error, setError] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);
  const isChanged = text !== content.text.replaceAll('\r\n', '\n');
  useAskBeforeLeaving(isChanged);
  const save = () => {
    setSaving(true);
    setError(null);
    workspaceApi.write(chatId, path, text.replaceAll('\n', lineEnd), content.tag).then(onDone, (cause: unknown) => {
      setSaving(false);
      setError(cause instanceof ApiProblem && cause.code === 'file_changed' ? t(CHANGED) : describeError(cause));
    });
  };
  return (
    <div className="grid grid-cols-1 gap-2">
      <Fault text={error} />
      <textarea
        aria-label={t('Text of the file')}
        dir="auto"
        spellCheck={false}
        autoFocus
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        className="min-h-[55dvh] w-full resize-y rounded-xl border bg-background p-3 font-mono text-base leading-relaxed sm:text-[0.8125rem]"
      />
      <div className="flex justify-end gap-2">
        <button type="button" className="button" onClick={onDone}>
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

function useAskBeforeLeaving(isChanged: boolean): void {
  useEffect(() => {
    if (!isChanged) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isChanged]);
}
