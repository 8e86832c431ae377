import { ChaosWorld } from '../world';
import { amount, report } from './suite';

const PATIENCE_MS = 180_000;

/** As many messages at the same moment as there are chats: all are answered, none is refused. */
export async function burst(seed: number): Promise<boolean> {
  const chats = amount('CHAOS_CHATS', 200);
  const world = await ChaosWorld.start({ name: 'burst', seed });
  try {
    const clients = await world.openClients(chats);
    const startedAt = performance.now();
    const took: number[] = [];
    const ends = await Promise.all(
      clients.map(async (client) => {
        const turnId = await client.say({ words: 20, everyMs: 0 });
        const end = await client.end(turnId, PATIENCE_MS);
        took.push(performance.now() - startedAt);
        return end?.status ?? 'never ended';
      }),
    );
    const seconds = (performance.now() - startedAt) / 1000;
    const outcome = await world.settle();
    const refused = outcome.evidence.clients.filter(({ kind }) => kind === 'refused' || kind === 'unanswered').length;
    const incomplete = ends.filter((end) => end !== 'completed').length;
    const notes = [
      ...(incomplete > 0 ? [`${incomplete} turns were not completed`] : []),
      ...(refused > 0 ? [`${refused} messages were not accepted at once`] : []),
    ];
    const faults = { 'messages at once': chats, 'turns a second': Math.round(chats / seconds) };
    return report({ outcome, faults, times: { 'message to end': took }, notes });
  } finally {
    await world.dispose();
  }
}
