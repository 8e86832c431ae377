import { ApiProperty, OmitType } from '@nestjs/swagger';
import {
  ArrayNotEmpty,
  ArrayUnique,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsString,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { IsVisible } from '../common/hidden-characters';
import { IsWebAddress } from '../common/is-web-address.decorator';
import { Optional } from '../common/optional.decorator';
import { PartialOf } from '../common/partial-of';
import {
  DELIVERY_STATUSES,
  DELIVERY_TYPES,
  type DeliveryStatus,
  type DeliveryType,
  type WebhookDeliveryEntity,
} from './webhook-delivery.entity';
import {
  DISABLED_REASONS,
  type DisabledReason,
  WEBHOOK_EVENTS,
  type WebhookEntity,
  type WebhookEvent,
} from './webhook.entity';

export const DEFAULT_CONCURRENCY = 2;

export class CreateWebhookDto {
  /** @example Builds */
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  @IsVisible()
  name: string;

  /** Called by POST; https, and not in the operator's own network. @example https://hooks.example.com/relay */
  @IsString()
  @MaxLength(2_000)
  @IsWebAddress()
  url: string;

  /** What it is told of. */
  @IsIn(WEBHOOK_EVENTS, { each: true })
  @ArrayNotEmpty()
  @ArrayUnique()
  @ApiProperty({ enum: WEBHOOK_EVENTS, isArray: true })
  events: WebhookEvent[];

  /** Whether it is sent the text of answers and errors, and what the agent asks for, too. Left out: no. */
  @Optional()
  @IsBoolean()
  includeContent?: boolean;

  /** Calls of it that are under way at a time; 1: one after another. Left out: 2. */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(10)
  concurrency?: number;

  /** Left out: yes. */
  @Optional()
  @IsBoolean()
  enabled?: boolean;
}

export class UpdateWebhookDto extends PartialOf(CreateWebhookDto) {}

export class WebhookDto extends OmitType(CreateWebhookDto, ['includeContent', 'concurrency', 'enabled'] as const) {
  id: string;
  /** The project whose it is; null: it is your own. */
  @ApiProperty({ type: String, nullable: true })
  projectId: string | null;
  includeContent: boolean;
  concurrency: number;
  enabled: boolean;
  /** Why the service has switched it off; null: it has not. */
  @ApiProperty({ enum: DISABLED_REASONS, nullable: true })
  disabledReason: DisabledReason | null;
  /** Since when every attempt has failed; null: the last one has not. */
  @ApiProperty({ type: String, nullable: true })
  failingSince: string | null;
  /** Events that it was not told of, as too many waited. */
  dropped: number;
  /** Until when the secret before this one signs, too; null: none does. */
  @ApiProperty({ type: String, nullable: true })
  previousSecretUntil: string | null;
  createdAt: string;
  updatedAt: string;
}

export class WebhooksDto {
  data: WebhookDto[];
}

export class WebhookWithSecretDto extends WebhookDto {
  /** Signs its calls; shown this once. @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw */
  secret: string;
}

export class WebhookDeliveryDto {
  /** `webhook-id` of its calls. */
  id: string;
  webhookId: string;
  @ApiProperty({ enum: DELIVERY_TYPES })
  type: DeliveryType;
  @ApiProperty({ enum: DELIVERY_STATUSES })
  status: DeliveryStatus;
  attempts: number;
  /** When the next attempt is due; null: none is. */
  @ApiProperty({ type: String, nullable: true })
  nextAttemptAt: string | null;
  @ApiProperty({ type: String, nullable: true })
  lastAttemptAt: string | null;
  /** HTTP status of the last answer; null: there was none. */
  @ApiProperty({ type: Number, nullable: true })
  responseStatus: number | null;
  /** Milliseconds of the last attempt. */
  @ApiProperty({ type: Number, nullable: true })
  durationMs: number | null;
  /** Why the last attempt failed, or none was made, in words. */
  @ApiProperty({ type: String, nullable: true })
  error: string | null;
  /** What is sent, without what `includeContent` adds. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  payload: object;
  createdAt: string;
  @ApiProperty({ type: String, nullable: true })
  endedAt: string | null;
}

export function toWebhookDto(webhook: WebhookEntity): WebhookDto {
  const { id, projectId, name, url, events, includeContent, concurrency, enabled, disabledReason } = webhook;
  const { failingSince, dropped, createdAt, updatedAt } = webhook;
  const until = webhook.previousSecretUntil;
  const previousSecretUntil = until !== null && Date.parse(until) > Date.now() ? until : null;
  return {
    ...{ id, projectId, name, url, events, includeContent, concurrency, enabled, disabledReason },
    ...{ failingSince, dropped, previousSecretUntil, createdAt, updatedAt },
  };
}

export function toDeliveryDto(delivery: WebhookDeliveryEntity): WebhookDeliveryDto {
  const { id, webhookId, type, status, attempts, lastAttemptAt, responseStatus, durationMs, error } = delivery;
  const { payload, createdAt, endedAt } = delivery;
  return {
    ...{ id, webhookId, type, status, attempts, lastAttemptAt, responseStatus, durationMs, error },
    nextAttemptAt: status === 'pending' ? delivery.nextAttemptAt : null,
    ...{ payload, createdAt, endedAt },
  };
}
