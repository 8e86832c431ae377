import type { TokenLine } from '../../highlight/tokens';
import { Visible } from './Visible';

/** A line of code, in its colours where they are known. */
export function CodeLine({ text, tokens }: { text: string; tokens?: TokenLine }) {
  if (!tokens) return <Visible text={text} />;
  return tokens.map((token, index) => (
    <span key={index} style={token.color === '' ? undefined : { color: token.color }}>
      <Visible text={token.text} />
    </span>
  ));
}
