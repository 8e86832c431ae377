/** A queue per user; the users are served in turn, so that one who sends much does not hold up the others. */
export class FairQueue<T> {
  /** In the order in which the users are served. */
  private readonly queues = new Map<string, T[]>();
  private count = 0;

  get length(): number {
    return this.count;
  }

  add(userId: string, item: T): void {
    const queue = this.queues.get(userId);
    if (queue === undefined) this.queues.set(userId, [item]);
    else queue.push(item);
    this.count += 1;
  }

  /** False when it does not wait (any more). */
  remove(userId: string, item: T): boolean {
    const queue = this.queues.get(userId) ?? [];
    const index = queue.indexOf(item);
    if (index < 0) return false;
    queue.splice(index, 1);
    if (queue.length === 0) this.queues.delete(userId);
    this.count -= 1;
    return true;
  }

  /** All that wait, user by user. */
  get items(): T[] {
    return [...this.queues.values()].flat();
  }

  /** How many are served before this one, as long as each can be served at once and no other comes. */
  ahead(userId: string, item: T): number {
    const own = this.queues.get(userId)?.indexOf(item) ?? -1;
    let ahead = own;
    let isBefore = true;
    for (const [other, queue] of this.queues) {
      if (other === userId) isBefore = false;
      else ahead += Math.min(queue.length, own + (isBefore ? 1 : 0));
    }
    return ahead;
  }

  /**
   * Serves one of each user after the other until none can be served.
   *
   * @param serve returns whether it has served the item; one that it has not stays in its place
   */
  serve(serve: (item: T) => boolean): void {
    let hasServed = true;
    while (hasServed) {
      hasServed = false;
      for (const userId of [...this.queues.keys()]) hasServed = this.serveOne(userId, serve) || hasServed;
    }
  }

  /** Empties the queue. */
  drain(): T[] {
    const all = this.items;
    this.queues.clear();
    this.count = 0;
    return all;
  }

  private serveOne(userId: string, serve: (item: T) => boolean): boolean {
    const queue = this.queues.get(userId) ?? [];
    const served = queue.find((item) => serve(item));
    if (served === undefined) return false;
    this.remove(userId, served);
    // To the end of the round.
    if (this.queues.delete(userId)) this.queues.set(userId, queue);
    return true;
  }
}
