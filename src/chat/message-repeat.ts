import { isDeepStrictEqual } from 'node:util';
import type { SendMessageDto } from './dto/send-message.dto';
import type { ContentPart } from './entities/message.entity';
import type { TurnOptions } from './entities/turn.entity';
import type { ParsedPart } from './message-content';

interface Given {
  readonly parts: readonly ParsedPart[];
  readonly input: Pick<SendMessageDto, 'model' | 'effort' | 'outputSchema'>;
}

interface Stored {
  readonly content: readonly ContentPart[];
  readonly options: TurnOptions;
}

/**
 * Whether a message is one again that was stored without a fingerprint: the same texts and options, and as many pictures and
 * files.
 */
export function isRepeat({ parts, input }: Given, { content, options }: Stored): boolean {
  return isDeepStrictEqual(textsOf(parts), textsOf(content)) && isDeepStrictEqual(asked(input), asked(options));
}

const textsOf = (parts: readonly (ParsedPart | ContentPart)[]): (string | null)[] =>
  parts.map((part) => (part.type === 'text' ? part.text : null));

/** As it is read back from the database. */
const asked = ({ model, effort, outputSchema }: TurnOptions): unknown =>
  JSON.parse(JSON.stringify({ model, effort, outputSchema }));
