import { Injectable } from '@nestjs/common';
import { now } from '../../../common/clock';
import { ComponentLogger, Logger } from '../../../common/logger';
import { GatewayConfig } from '../../../config/gateway.config';
import { Database } from '../../../database/database';
import { isObject, JsonObject, objectsOf, parseJson } from '../../wire/json';
import { KnownResponse } from './response-memory';
import { StoredItem } from './stored-item.entity';
import { STORED_RESPONSES, StoredResponse } from './stored-response.entity';
import { UnwrittenResponses } from './unwritten-responses';

const DAY_MS = 86_400_000;

/**
 * The responses that clients asked to keep, each for its user alone.
 *
 * A response is written behind the answer's back and can be read from the moment its last event is sent.
 */
@Injectable()
export class StoredResponses {
  private readonly logger: ComponentLogger;

  constructor(
    private readonly database: Database,
    private readonly config: GatewayConfig,
    private readonly unwritten: UnwrittenResponses,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'gateway' });
  }

  /** Never throws: that a response cannot be kept does not make it a worse answer. */
  add(userId: string, known: KnownResponse): void {
    try {
      this.keep(userId, known);
    } catch (err) {
      // Values that are nested too deeply to be written as JSON.
      this.logger.warn({ err, userId, responseId: known.id }, 'a response could not be stored');
    }
  }

  async find(userId: string, id: string): Promise<KnownResponse | undefined> {
    const row = this.unwritten.find(userId, id) ?? (await this.database.read.findOneBy(StoredResponse, { userId, id }));
    if (!row || row.createdAt < this.oldest) return undefined;
    const response = parseJson(row.response);
    return isObject(response) ? { id, response, input: objectsOf(parseJson(row.input)) } : undefined;
  }

  /** All items of the newest response of the user that has, or answers, an item with the id; none where there is none. */
  async itemsAround(userId: string, itemId: string): Promise<readonly JsonObject[]> {
    const mark = JSON.stringify(itemId);
    const row = this.unwritten.findWith(userId, mark) ?? (await this.storedWith(userId, itemId));
    if (!row || row.createdAt < this.oldest) return [];
    const response = parseJson(row.response);
    return [...(isObject(response) ? objectsOf(response.output) : []), ...objectsOf(parseJson(row.input))];
  }

  private async storedWith(userId: string, itemId: string): Promise<StoredResponse | null> {
    const item = await this.database.read.findOneBy(StoredItem, { userId, itemId });
    if (item === null) return null;
    const row = await this.database.read.findOneBy(StoredResponse, { userId, id: item.responseId });
    return row ?? this.newestWith(userId, JSON.stringify(itemId));
  }

  /** Looks through all that the user has stored: the response that was noted for an item has been deleted, others may have it. */
  private newestWith(userId: string, mark: string): Promise<StoredResponse | null> {
    const within = '(INSTR(stored.response, :mark) > 0 OR INSTR(stored.input, :mark) > 0)';
    return this.database.read
      .createQueryBuilder(StoredResponse, 'stored')
      .where(`stored.userId = :userId AND ${within}`, { userId, mark })
      .orderBy('stored.createdAt', 'DESC')
      .limit(1)
      .getOne();
  }

  /** Whether there was such a response of the user. */
  async remove(userId: string, id: string): Promise<boolean> {
    const wasUnwritten = this.unwritten.remove(userId, id);
    const { affected } = await this.database.write((tx) => tx.delete(StoredResponse, { userId, id }), STORED_RESPONSES);
    return wasUnwritten || (affected ?? 0) > 0;
  }

  private keep(userId: string, { id, response, input }: KnownResponse): void {
    const texts = { response: JSON.stringify(response), input: JSON.stringify(input) };
    const size = texts.response.length + texts.input.length;
    if (size > this.config.storedResponsesMbPerUser * 1_000_000) {
      return this.logger.warn({ userId, responseId: id, size }, 'a response is larger than its user may store');
    }
    this.unwritten.add({ userId, id, createdAt: now(), size, ...texts });
  }

  private get oldest(): string {
    return new Date(Date.now() - this.config.storedResponseDays * DAY_MS).toISOString();
  }
}
