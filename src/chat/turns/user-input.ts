import type { UserInput } from '../../app-server/protocol/generated/v2/UserInput';
import type { ContentPart } from '../entities/message.entity';

/** Content in codex's form. */
export function userInput(content: readonly ContentPart[]): UserInput[] {
  return content.map((part) =>
    part.type === 'text' ? { type: 'text', text: part.text, text_elements: [] } : { type: 'image', url: part.url },
  );
}
