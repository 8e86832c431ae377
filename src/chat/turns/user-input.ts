import type { UserInput } from '../../app-server/protocol/generated/v2/UserInput';
import type { ContentPart } from '../entities/message.entity';

/** Content in codex's form. */
export function userInput(content: readonly ContentPart[]): UserInput[] {
  return content.map((part) =>
    part.type === 'text' ? { type: 'text', text: part.text, text_elements: [] } : { type: 'image', url: part.url },
  );
}

/** What we have sent, as codex tells it again; its other kinds of input we do not send. */
export function contentOf(input: readonly UserInput[]): ContentPart[] {
  return input.flatMap((part): ContentPart[] => {
    if (part.type === 'text') return [{ type: 'text', text: part.text }];
    return part.type === 'image' && 'url' in part ? [{ type: 'image', url: part.url }] : [];
  });
}
