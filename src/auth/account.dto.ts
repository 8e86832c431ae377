import { IsIn, IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { IsTime } from '../common/is-time.decorator';
import { IsVisible } from '../common/hidden-characters';
import { Optional } from '../common/optional.decorator';
import { SandboxMode } from '../config/agent-policy';
import { SECURITY_METHODS } from '../config/auth.config';
import { Permission } from './permission';
import { Role, ROLES, Scope, SCOPES } from './principal';

const NAME_LENGTH = 100;

/** Whoever calls. */
export class AccountDto {
  id: string;
  displayName: string;
  role: Role;
  email: string | null;
  /** How the service asks who calls. */
  method: (typeof SECURITY_METHODS)[number];
  /** What this call may do. */
  permissions: Permission[];
  /** Whether this caller is a browser session, which can be ended. */
  isSession: boolean;
  /** Whether there is a password that can be changed. */
  hasPassword: boolean;
  /** ISO 8601; null: it does not end by itself. */
  expiresAt: string | null;
  /** Of all money that the service tells of: an ISO 4217 code. @example USD */
  currency: string;
  /** The most that a chat's agent may do here. Below `danger-full-access` nobody is asked whether it may leave its sandbox: it may not. */
  sandboxModeMax: SandboxMode;
}

/** A browser in which the caller is signed in. */
export class SessionDto {
  id: string;
  createdAt: string;
  lastUsedAt: string;
  expiresAt: string;
  /** What the browser calls itself. */
  userAgent: string;
  address: string;
  /** Whether it is the one that asks. */
  isCurrent: boolean;
}

export class SessionsDto {
  data: SessionDto[];
}

export class EndedSessionsDto {
  /** Sessions that were ended. */
  ended: number;
}

export class ChangePasswordDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  currentPassword: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  newPassword: string;
}

export class StreamTicketDto {
  /** For `?ticket=` of one stream. */
  ticket: string;
  expiresAt: string;
}

export class SignedOutDto {
  /** Where the browser goes on to end the provider's session, too; null: nowhere. */
  redirect: string | null;
}

/** A token with which the caller's programs call, without the token itself. */
export class UserTokenDto {
  id: string;
  name: string;
  /** Its first characters. */
  start: string;
  scopes: Scope[];
  createdAt: string;
  /** null: it does not expire. */
  expiresAt: string | null;
  /** To the minute; null: never. */
  lastUsedAt: string | null;
}

export class UserTokensDto {
  data: UserTokenDto[];
}

export class CreatedUserTokenDto extends UserTokenDto {
  /** The token itself, shown this once; only its SHA-256 is kept. */
  token: string;
}

export class RenameTokenDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(NAME_LENGTH)
  @IsVisible()
  name: string;
}

export class CreateUserTokenDto extends RenameTokenDto {
  /** What it may do, and never more than its user. */
  @IsIn(SCOPES, { each: true })
  @IsNotEmpty()
  scopes: Scope[];

  /** null or left out: it does not expire. */
  @Optional()
  @IsTime()
  expiresAt?: string | null;
}

export class CreateAccountLinkDto {
  /** `invitation`: somebody makes an account; `reset`: the user sets a new password. */
  @IsIn(['invitation', 'reset'])
  purpose: 'invitation' | 'reset';

  /** Of an invitation; left out: member. */
  @Optional()
  @IsIn(ROLES)
  role?: Role;

  /** Account name of an invitation; left out: whoever is invited chooses it. */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  login?: string;

  /** Of a reset. */
  @Optional()
  @IsString()
  @IsNotEmpty()
  userId?: string;
}

export class AccountLinkDto {
  /** To be given to whom it is for; it can be used once. */
  link: string;
  expiresAt: string;
}
