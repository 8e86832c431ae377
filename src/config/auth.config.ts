import { IsIn } from 'class-validator';
import { Env } from './env.decorator';

export const SECURITY_METHODS = ['None'] as const;

/** Who may call. */
export class AuthConfig {
  /** `None`: every caller is the user `default`. */
  @Env('SECURITY_METHOD')
  @IsIn(SECURITY_METHODS)
  method: (typeof SECURITY_METHODS)[number] = 'None';
}
