import { IsInt, Max, Min } from 'class-validator';
import { asNumber, Env } from './env.decorator';

/** Browser sessions, users' tokens, and links by which accounts are made, with every SECURITY_METHOD that has them. */
export class SignInConfig {
  /** Seconds after which a browser is signed out in which nothing was done. */
  @Env('SESSION_IDLE_SECONDS', asNumber)
  @IsInt()
  @Min(10)
  @Max(31_536_000)
  sessionIdleSeconds = 604_800;

  /** Seconds after which a browser is signed out in any case. */
  @Env('SESSION_MAX_SECONDS', asNumber)
  @IsInt()
  @Min(10)
  @Max(31_536_000)
  sessionMaxSeconds = 2_592_000;

  /** Tokens that a user may have at once. */
  @Env('MAX_USER_TOKENS', asNumber)
  @IsInt()
  @Min(0)
  @Max(1000)
  maxUserTokens = 25;

  /** Hours for which a link of an invitation, or to a new password, can be used. */
  @Env('ACCOUNT_LINK_HOURS', asNumber)
  @IsInt()
  @Min(1)
  @Max(720)
  accountLinkHours = 72;
}
