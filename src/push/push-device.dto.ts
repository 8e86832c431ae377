import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsObject,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { Type } from 'class-transformer';
import { IsWebAddress } from '../common/is-web-address.decorator';
import { Optional } from '../common/optional.decorator';
import type { PushSubscriptionEntity } from './push-subscription.entity';

const MAX_PROJECTS = 50;

export class PushSettingsDto {
  /** Whether browsers can be told at all. */
  enabled: boolean;
  /** `applicationServerKey` of `PushManager.subscribe()`; null: they cannot. */
  @ApiProperty({ type: String, nullable: true })
  publicKey: string | null;
}

export class PushKeysDto {
  /** Public key of the browser: a point of P-256 in base64url. */
  @IsString()
  @Matches(/^[A-Za-z0-9_-]{87}=?$/, { message: 'p256dh must be a public key of P-256 in base64url' })
  p256dh: string;

  /** What it shares with who may send: 16 bytes in base64url. */
  @IsString()
  @Matches(/^[A-Za-z0-9_-]{22}(?:==)?$/, { message: 'auth must be 16 bytes in base64url' })
  auth: string;
}

export class ChangePushDeviceDto {
  /** Ids of projects whose chats it is told of beside your own. Left out: as it is, or none. */
  @Optional()
  @IsArray()
  @IsString({ each: true })
  @ArrayUnique()
  @ArrayMaxSize(MAX_PROJECTS)
  projects?: string[];
}

/** What `PushSubscription.toJSON()` gives. */
export class RegisterPushDeviceDto extends ChangePushDeviceDto {
  /** @example https://updates.push.services.mozilla.com/wpush/v2/gAAAA */
  @IsString()
  @MaxLength(2_000)
  @IsWebAddress()
  endpoint: string;

  @IsObject()
  @ValidateNested()
  @Type(() => PushKeysDto)
  keys: PushKeysDto;

  /** The address so far, where the browser has got another one: its projects are kept. */
  @Optional()
  @IsString()
  @MaxLength(2_000)
  replaces?: string;
}

/** A browser of yours that is told of chats while the page is closed. */
export class PushDeviceDto {
  id: string;
  /** What the browser calls itself. */
  userAgent: string;
  /** Whether it was registered in the session that asks. */
  isCurrent: boolean;
  projects: string[];
  createdAt: string;
  /** When its push service has taken something last; null: never. */
  @ApiProperty({ type: String, nullable: true })
  deliveredAt: string | null;
  /** Why the last attempt has failed; null: it has not. */
  @ApiProperty({ type: String, nullable: true })
  error: string | null;
}

export class PushDevicesDto {
  data: PushDeviceDto[];
}

/** Its address and keys are told to nobody. @param sessionId of who asks */
export function toPushDeviceDto(row: PushSubscriptionEntity, sessionId: string | undefined): PushDeviceDto {
  const { id, userAgent, projects, createdAt, deliveredAt, error } = row;
  const isCurrent = row.sessionId !== null && row.sessionId === sessionId;
  return { id, userAgent, isCurrent, projects, createdAt, deliveredAt, error };
}
