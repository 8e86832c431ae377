import { type ReactNode, useMemo, useState } from 'react';
import { visibleString } from '../../format/visible';
import type { FileDiff } from '../../format/unified-diff';
import { languageOfFile } from '../../highlight/languages';
import { CopyButton } from '../code/CopyButton';
import { WrapButton } from '../code/CodeView';
import { DiffLines } from '../code/DiffLines';
import { VisibleCode } from '../code/Visible';
import { formatNumber } from '../../languages/locale';
import { Icon } from '../shell/Icon';
import { Disclosure } from './Disclosure';
import { useDiffLayout } from './diff-layout';
import { t, words } from '../../languages/text';

/** Longer diffs are drawn in full only when asked for. */
const SHOWN_LINES = 300;

const KIND_WORDS = { add: words('new'), update: null, delete: words('deleted') };
const SIGNS = { add: '+', remove: '-', context: ' ', hunk: '' };

interface FileDiffViewProps {
  file: FileDiff;
  badge?: ReactNode;
  isOpenAtFirst?: boolean;
}

export function FileDiffView({ file, badge = null, isOpenAtFirst = false }: FileDiffViewProps) {
  return (
    <Disclosure isOpenAtFirst={isOpenAtFirst} summary={<FileSummary file={file} badge={badge} />}>
      <DiffBody file={file} />
    </Disclosure>
  );
}

function FileSummary({ file, badge }: { file: FileDiff; badge: ReactNode }) {
  const kind = KIND_WORDS[file.kind];
  const name = file.movePath ? `${file.path} → ${file.movePath}` : file.path;
  return (
    <>
      <Icon name="file" className="text-muted-foreground" />
      <span dir="ltr" className="min-w-0 truncate" title={visibleString(name)}>
        <VisibleCode text={name} />
      </span>
      {kind && <span className="text-xs text-muted-foreground">{t(kind)}</span>}
      <span className="ms-auto flex items-center gap-2 whitespace-nowrap">
        <span dir="ltr" className="flex gap-2 font-mono text-xs">
          {file.added > 0 && <span className="text-success">+{formatNumber(file.added)}</span>}
          {file.removed > 0 && <span className="text-danger">−{formatNumber(file.removed)}</span>}
        </span>
        {badge}
      </span>
    </>
  );
}

function DiffBody({ file: { lines, path, movePath, kind } }: { file: FileDiff }) {
  const [showsAll, setShowsAll] = useState(false);
  const [wraps, setWraps] = useState(false);
  const [isSplit, setSplit] = useDiffLayout();
  const shown = useMemo(() => (showsAll ? lines : lines.slice(0, SHOWN_LINES)), [lines, showsAll]);
  const canSplit = kind === 'update';
  const diffText = () => lines.map((line) => SIGNS[line.kind] + line.text).join('\n');
  return (
    <div dir="ltr">
      <div className="flex items-center justify-end border-b px-1">
        {canSplit && (
          <button
            type="button"
            className="icon-button aria-pressed:text-primary max-sm:hidden"
            aria-label={t('Side by side')}
            title={t('Side by side')}
            aria-pressed={isSplit}
            onClick={() => setSplit(!isSplit)}
          >
            <Icon name="columns" size={14} />
          </button>
        )}
        <WrapButton wraps={wraps} onToggle={setWraps} />
        <CopyButton text={diffText} label={t('Copy the changes')} />
        <CopyButton text={movePath ?? path} label={t('Copy the name')} />
      </div>
      <div
        className={`max-h-96 overflow-auto py-1 font-mono text-[0.8125rem] leading-relaxed focus-visible:-outline-offset-2 ${wraps ? 'code-wraps' : ''}`}
        tabIndex={0}
        role="group"
        aria-label={t('Changed lines')}
      >
        <DiffLines lines={shown} language={languageOfFile(movePath ?? path)} isSplit={isSplit && canSplit} />
      </div>
      {shown.length < lines.length && (
        <button type="button" className="code-rest" onClick={() => setShowsAll(true)}>
          {t('Show all {{count}} lines ({{more}} more)', { count: lines.length, more: lines.length - shown.length })}
        </button>
      )}
    </div>
  );
}
