import { isDeepStrictEqual } from 'node:util';
import type { SendMessageDto } from './dto/send-message.dto';
import type { ContentPart } from './entities/message.entity';
import type { TurnOptions } from './entities/turn.entity';
import type { ParsedPart } from './message-content';
import type { GivenPart } from './pictures/message-pictures';

interface Given {
  readonly parts: readonly (ParsedPart | GivenPart)[];
  readonly input: Pick<SendMessageDto, 'backend' | 'model' | 'effort' | 'outputSchema' | 'mode'>;
  /** Left out: a message. */
  readonly kind?: TurnOptions['kind'];
}

interface Stored {
  readonly content: readonly ContentPart[];
  readonly options: TurnOptions;
}

/**
 * Whether a message is one again that was stored without a fingerprint: the same texts and options, and as many pictures and
 * files.
 */
export function isRepeat({ parts, input, kind }: Given, { content, options }: Stored): boolean {
  const given = optionsOf(input, kind);
  return isDeepStrictEqual(textsOf(parts), textsOf(content)) && isDeepStrictEqual(asked(given), asked(options));
}

/** What is asked of a turn, as it is stored. */
export function optionsOf(input: Given['input'], kind: Given['kind']): TurnOptions {
  const { backend, model, effort, outputSchema, mode } = input;
  return { kind, mode: mode === 'plan' ? mode : undefined, backend, model, effort, outputSchema };
}

const textsOf = (parts: readonly (ParsedPart | GivenPart | ContentPart)[]): (string | null)[] =>
  parts.map((part) => (part.type === 'text' ? part.text : null));

/** As it is read back from the database. */
const asked = ({ kind, mode, backend, model, effort, outputSchema }: TurnOptions): unknown =>
  JSON.parse(JSON.stringify({ kind, mode, backend, model, effort, outputSchema }));
