import { isDeepStrictEqual } from 'node:util';
import type { SendMessageDto } from './dto/send-message.dto';
import type { ContentPart } from './entities/message.entity';
import type { TurnOptions } from './entities/turn.entity';
import type { ParsedPart } from './message-content';

interface Given {
  readonly parts: readonly ParsedPart[];
  readonly input: Pick<SendMessageDto, 'backend' | 'model' | 'effort' | 'outputSchema'>;
}

interface Stored {
  readonly content: readonly ContentPart[];
  readonly options: TurnOptions;
}

/**
 * Whether a message is the stored one again: the same texts and options, and as many pictures and files. Which those are
 * is not compared, as they are stored in another form than they are given in.
 */
export function isRepeat({ parts, input }: Given, { content, options }: Stored): boolean {
  return isDeepStrictEqual(textsOf(parts), textsOf(content)) && isDeepStrictEqual(asked(input), asked(options));
}

const textsOf = (parts: readonly (ParsedPart | ContentPart)[]): (string | null)[] =>
  parts.map((part) => (part.type === 'text' ? part.text : null));

/** As it is read back from the database. */
const asked = ({ backend, model, effort, outputSchema }: TurnOptions): unknown =>
  JSON.parse(JSON.stringify({ backend, model, effort, outputSchema }));
