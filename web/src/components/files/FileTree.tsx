import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { FilesView } from '../../browser/hash-route';
import { filesHash } from '../../browser/hash-route';
import { type TreeRow, treeMove } from '../../format/folder-tree';
import { t } from '../../languages/text';
import type { FolderTree } from '../../session/use-folder-tree';
import { Visible } from '../code/Visible';
import { Icon } from '../shell/Icon';

interface FileTreeProps {
  chatId: string;
  tree: FolderTree;
  /** What is looked at. */
  path: string;
}

/** The folders of a workspace beside what is looked at, walked by the keyboard as the tree pattern of ARIA has it. */
export function FileTree({ chatId, tree, path }: FileTreeProps) {
  const { rows, toggle, loadMore, refresh } = tree;
  const list = useRef<HTMLUListElement>(null);
  const [active, setActive] = useState(path);
  useEffect(() => setActive(path), [path]);
  const tabStop = rows.some(({ key }) => key === active) ? active : rows[0]?.key;
  const focus = (key: string): void => {
    setActive(key);
    list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
  };
  const open = (row: TreeRow): void => {
    if (row.kind === 'more') {
      const before = rows[rows.indexOf(row) - 1];
      if (before) focus(before.key);
      loadMore(row.folder);
    } else if (row.kind === 'error') refresh(row.folder);
    else if (row.kind === 'entry' && viewOf(row) !== null) {
      if (row.entry.kind === 'folder' && (!row.isExpanded || row.key === path)) toggle(row.key);
      window.location.hash = filesHash(chatId, viewOf(row) ?? 'files', row.entry.path);
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLLIElement>, row: TreeRow): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      open(row);
      return;
    }
    const isRightToLeft = getComputedStyle(event.currentTarget).direction === 'rtl';
    const move = treeMove(rows, row.key, event.key, isRightToLeft);
    if (move === null) return;
    event.preventDefault();
    // Letters are shortcuts elsewhere.
    event.stopPropagation();
    if ('toggle' in move) toggle(move.toggle);
    else focus(move.goTo);
  };
  return (
    <ul ref={list} role="tree" aria-label={t('Files of the workspace')} className="text-sm">
      {rows.map((row) => (
        <li
          key={row.key}
          role="treeitem"
          data-key={row.key}
          tabIndex={row.key === tabStop ? 0 : -1}
          aria-level={row.level}
          aria-selected={row.key === path}
          aria-expanded={row.kind === 'entry' ? (row.isExpanded ?? undefined) : undefined}
          aria-setsize={row.kind === 'entry' ? row.size : undefined}
          aria-posinset={row.kind === 'entry' ? row.position : undefined}
          onFocus={() => setActive(row.key)}
          onClick={() => open(row)}
          onKeyDown={(event) => onKeyDown(event, row)}
          style={{ paddingInlineStart: `${(row.level - 1) * 0.9 + 0.25}rem` }}
          className="flex min-h-8 cursor-pointer items-center gap-1.5 rounded-lg pe-2 hover:bg-muted aria-selected:bg-muted aria-selected:font-medium pointer-coarse:min-h-11"
        >
          <Line row={row} />
        </li>
      ))}
    </ul>
  );
}

function viewOf(row: TreeRow & { kind: 'entry' }): FilesView | null {
  const { kind } = row.entry;
  return kind === 'folder' ? 'files' : kind === 'file' ? 'file' : null;
}

function Line({ row }: { row: TreeRow }) {
  if (row.kind !== 'entry') return <span className="ps-4 text-muted-foreground">{wordsOf(row)}</span>;
  const { entry, isExpanded } = row;
  return (
    <>
      {isExpanded === null ? (
        <span className="w-3 shrink-0" />
      ) : (
        <Icon
          name="chevron"
          size={12}
          className={`transition-[rotate] ${isExpanded ? 'rotate-90' : 'rtl:rotate-180'}`}
        />
      )}
      <Icon name={entry.kind === 'folder' ? 'folder' : 'file'} size={14} className="text-muted-foreground" />
      <bdi className={`truncate ${entry.ignored ? 'text-muted-foreground' : ''}`} title={entry.path}>
        <Visible text={entry.name} />
      </bdi>
    </>
  );
}

function wordsOf(row: Exclude<TreeRow, { kind: 'entry' }>): string {
  switch (row.kind) {
    case 'more':
      return t('Show more');
    case 'loading':
      return t('Loading…');
    case 'empty':
      return t('Nothing in it yet');
    case 'error':
      return t('{{reason}} Try again', { reason: row.text });
  }
}
