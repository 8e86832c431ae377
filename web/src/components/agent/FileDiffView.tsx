import { type ReactNode, useState } from 'react';
import type { DiffLine, FileDiff } from '../../format/unified-diff';
import { Icon } from '../shell/Icon';
import { Disclosure } from './Disclosure';

/** Longer diffs are drawn in full only when asked for. */
const SHOWN_LINES = 300;

const KIND_WORDS = { add: 'new', update: '', delete: 'deleted' };
const LINE_STYLES = {
  add: 'bg-success-soft',
  remove: 'bg-danger-soft',
  context: '',
  hunk: 'bg-muted text-muted-foreground',
};
const SIGNS = { add: '+', remove: '-', context: ' ', hunk: '' };

interface FileDiffViewProps {
  file: FileDiff;
  badge?: ReactNode;
  isOpenAtFirst?: boolean;
}

export function FileDiffView({ file, badge = null, isOpenAtFirst = false }: FileDiffViewProps) {
  return (
    <Disclosure isOpenAtFirst={isOpenAtFirst} summary={<FileSummary file={file} badge={badge} />}>
      <DiffLines lines={file.lines} />
    </Disclosure>
  );
}

function FileSummary({ file, badge }: { file: FileDiff; badge: ReactNode }) {
  const name = file.movePath ? `${file.path} → ${file.movePath}` : file.path;
  return (
    <>
      <Icon name="file" className="text-muted-foreground" />
      <code className="min-w-0 truncate font-mono text-[0.8125rem]" title={name}>
        {name}
      </code>
      {KIND_WORDS[file.kind] && <span className="text-xs text-muted-foreground">{KIND_WORDS[file.kind]}</span>}
      <span className="ml-auto flex items-center gap-2 font-mono text-xs whitespace-nowrap">
        {file.added > 0 && <span className="text-success">+{file.added}</span>}
        {file.removed > 0 && <span className="text-danger">−{file.removed}</span>}
        {badge}
      </span>
    </>
  );
}

function DiffLines({ lines }: { lines: readonly DiffLine[] }) {
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? lines : lines.slice(0, SHOWN_LINES);
  return (
    <>
      <div
        className="max-h-96 overflow-auto py-1 font-mono text-[0.8125rem] leading-relaxed focus-visible:-outline-offset-2"
        tabIndex={0}
        role="group"
        aria-label="Changed lines"
      >
        {/* As wide as the longest line, so that the colours reach as far as the text scrolls. */}
        <div className="w-max min-w-full">
          {shown.map((line, index) => (
            <div key={index} className={`flex whitespace-pre ${LINE_STYLES[line.kind]}`}>
              <span className="w-7 shrink-0 pl-3 text-muted-foreground select-none">{SIGNS[line.kind]}</span>
              <span className="pr-3">{line.text || ' '}</span>
            </div>
          ))}
        </div>
      </div>
      {shown.length < lines.length && (
        <button
          type="button"
          className="w-full border-t px-3 py-1.5 text-left text-xs text-primary"
          onClick={() => setShowsAll(true)}
        >
          Show all {lines.length} lines
        </button>
      )}
    </>
  );
}
