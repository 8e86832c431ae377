import { memo, type ReactNode, useMemo } from 'react';
import { type DiffLine, type DiffRow, sideBySide } from '../../format/unified-diff';
import type { Language } from '../../highlight/languages';
import type { TokenLine } from '../../highlight/tokens';
import { useTokens } from '../../highlight/use-tokens';
import { CodeLine } from './CodeLine';

const SIGNS = { add: '+', remove: '−', context: '', hunk: '' };

interface DiffLinesProps {
  lines: readonly DiffLine[];
  language: Language | null;
  isSplit: boolean;
}

/** The lines of a change: one below the other, or those before beside those after. */
export const DiffLines = memo(function DiffLines({ lines, language, isSplit }: DiffLinesProps) {
  const tokens = useDiffTokens(lines, language);
  if (!isSplit) {
    return (
      <div className="diff-lines">
        {lines.map((line, index) => (
          <div key={index} className={`diff-line diff-${line.kind}`}>
            <span className="diff-number">{line.before}</span>
            <span className="diff-number">{line.after}</span>
            <span className="diff-sign">{SIGNS[line.kind]}</span>
            <Text line={line} tokens={tokens.get(line)} />
          </div>
        ))}
      </div>
    );
  }
  return (
    <div className="diff-lines diff-split">
      {sideBySide(lines).map((row, index) => (
        <Row key={index} row={row} tokens={tokens} />
      ))}
    </div>
  );
});

function Row({ row: { before, after }, tokens }: { row: DiffRow; tokens: ReadonlyMap<DiffLine, TokenLine> }) {
  if (before?.kind === 'hunk') {
    return (
      <div className="diff-line diff-hunk">
        <span className="diff-number" />
        <span className="diff-text">{before.text}</span>
      </div>
    );
  }
  const side = (line: DiffLine | null, number: number | null | undefined): ReactNode => {
    const look = line === null ? 'diff-none' : `diff-${line.kind}`;
    return (
      <>
        <span className={`diff-number ${look}`}>{number}</span>
        <span className={`diff-text ${look}`}>{line && <CodeLine text={line.text} tokens={tokens.get(line)} />}</span>
      </>
    );
  };
  return (
    <div className="diff-line">
      {side(before, before?.before)}
      {side(after, after?.after)}
    </div>
  );
}

function Text({ line, tokens }: { line: DiffLine; tokens: TokenLine | undefined }) {
  return <span className="diff-text">{line.text === '' ? ' ' : <CodeLine text={line.text} tokens={tokens} />}</span>;
}

/** Each side of a change is told apart by itself, as the file that it was or is. */
function useDiffTokens(lines: readonly DiffLine[], language: Language | null): ReadonlyMap<DiffLine, TokenLine> {
  const after = useMemo(() => lines.filter(({ kind }) => kind === 'add' || kind === 'context'), [lines]);
  const before = useMemo(() => lines.filter(({ kind }) => kind === 'remove' || kind === 'context'), [lines]);
  const afterTokens = useTokens(useText(after), language);
  const beforeTokens = useTokens(useText(before), language);
  return useMemo(() => {
    const tokens = new Map<DiffLine, TokenLine>();
    for (const [side, known] of [
      [before, beforeTokens],
      [after, afterTokens],
    ] as const) {
      side.forEach((line, index) => known?.[index] && tokens.set(line, known[index]));
    }
    return tokens;
  }, [before, after, beforeTokens, afterTokens]);
}

const useText = (lines: readonly DiffLine[]): string =>
  useMemo(() => lines.map(({ text }) => text).join('\n'), [lines]);
