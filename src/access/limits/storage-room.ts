import { Injectable } from '@nestjs/common';
import { DomainError, unavailable } from '../../common/domain.error';
import { StorageSpace } from '../../runtime/storage-space';
import { limitReached } from './limit-reached';
import { UsageLimits } from './usage-limits';

/** When there may be room again is not known. */
const RETRY_SECONDS = 60;

/** How many bytes there is room for, and what is wrong with more. */
export interface RoomLimit {
  readonly bytes: number;
  readonly refusal: () => DomainError;
}

/** What is left for an upload. */
export class Room {
  private left: number;

  constructor(
    private readonly limit: RoomLimit | undefined,
    private readonly space: StorageSpace,
  ) {
    this.left = limit?.bytes ?? Infinity;
  }

  /** Passes content on as long as there is room for it. @throws DomainError of the limit; 503 `storage_low` */
  async *metered(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of content) {
      this.left -= chunk.byteLength;
      if (this.limit !== undefined && this.left < 0) throw this.limit.refusal();
      if (this.space.isLow) throw STORAGE_LOW;
      yield chunk;
    }
  }
}

/** How much users and projects may store more, and the disk takes. */
@Injectable()
export class StorageRoom {
  constructor(
    private readonly limits: UsageLimits,
    private readonly space: StorageSpace,
  ) {}

  /**
   * @param others limits of what is to be written to
   * @throws DomainError 503 `storage_low`
   */
  async of(userId: string, projectId: string, others: readonly RoomLimit[] = []): Promise<Room> {
    if (this.space.isLow) throw STORAGE_LOW;
    const limits = (await this.limits.storageLeft(userId, projectId)).map(({ kind, bytes }): RoomLimit => {
      return { bytes, refusal: () => limitReached('storage', RETRY_SECONDS, kind) };
    });
    const [least] = [...limits, ...others].sort((one, other) => one.bytes - other.bytes);
    return new Room(least, this.space);
  }
}

const STORAGE_LOW = unavailable('storage_low', 'The disk of the service is nearly full: nothing was stored.');
