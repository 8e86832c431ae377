import type { ChatEntity } from '../entities/chat.entity';
import type { TurnOptions } from '../entities/turn.entity';

/** Where a turn's calls of the model go. */
export interface TurnRoute {
  /** Id of the backend. */
  readonly backend: string;
  /** Null: the backend's own. */
  readonly model: string | null;
}

/** What the message asks for, and where it asks for nothing what its chat has: its model only with its backend. */
export function routeOf(chat: Pick<ChatEntity, 'backend' | 'model'>, options: TurnOptions): TurnRoute {
  const { backend = chat.backend } = options;
  return { backend, model: options.model ?? (backend === chat.backend ? chat.model : null) };
}
