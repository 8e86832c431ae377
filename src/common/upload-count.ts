import { CallerCount } from './caller-count';
import type { Exchange } from './content-answer';
import { endRefused } from './multipart';

/** Uploads that are taken at once: of one user, and of all. One that fails lets go of its sender. */
export class UploadCount {
  private readonly count = new CallerCount({
    ...{ code: 'too_many_uploads', what: 'uploads', max: 64, maxPerCaller: 8 },
  });

  /** @throws DomainError 429 or 503 `too_many_uploads`; what the work throws */
  async run<T>(userId: string, exchange: Exchange, work: () => Promise<T>): Promise<T> {
    const release = this.count.open(userId);
    try {
      return await work();
    } catch (error) {
      endRefused(exchange);
      throw error;
    } finally {
      release();
    }
  }
}
