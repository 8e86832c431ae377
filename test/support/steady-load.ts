import type { TurnDto } from '../../src/chat/dto/turn.dto';
import { upTo } from './event-record';
import type { RelayClient } from './relay-client';

/** So many chats that send one message after the other until they are told to stop. @returns that: resolves with all turns. */
export function steadyLoad(client: RelayClient, chats: number): () => Promise<TurnDto[]> {
  let goesOn = true;
  const chat = async (): Promise<TurnDto[]> => {
    const { id } = await client.createChat();
    const turns: TurnDto[] = [];
    while (goesOn) turns.push((await client.ask(id, 'say 20 words every 10 ms')).turn);
    return turns;
  };
  const running = Promise.all(upTo(chats).map(chat));
  return async () => {
    goesOn = false;
    return (await running).flat();
  };
}
