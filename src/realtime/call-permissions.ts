import { Type } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { PERMISSION } from '../auth/authorized.decorator';
import { Permission, requirePermission } from '../auth/permission';
import { Principal } from '../auth/principal';
import { DomainError } from '../common/domain.error';
import { Acknowledgement, isAnswer } from './acknowledgement';
import { AdmittedSocket } from './socket-admission';

/** Under this key Nest keeps the name of the call that a method handles. */
const CALL = 'message';

/** What `@Authorized` says of the calls of a class: none goes to its handler without that permission. */
export class CallPermissions {
  private readonly byCall: ReadonlyMap<string, Permission | undefined>;

  constructor(handlers: Type) {
    const prototype = handlers.prototype as Record<string, CallableFunction>;
    const methods = new MetadataScanner().getAllMethodNames(prototype).map((name) => prototype[name]);
    this.byCall = new Map(
      methods.flatMap((method) => {
        const call = method && (Reflect.getMetadata(CALL, method) as string | undefined);
        return call ? [[call, Reflect.getMetadata(PERMISSION, method) as Permission | undefined] as const] : [];
      }),
    );
  }

  /** Names of the calls, with what each needs. */
  get entries(): readonly (readonly [call: string, permission: Permission | undefined])[] {
    return [...this.byCall];
  }

  /** A call that is refused is acknowledged like one that fails. What no handler has, refuseUnknownCalls answers. */
  guard(socket: AdmittedSocket): void {
    socket.use(([call, ...given]: [string, ...unknown[]], next) => {
      const refusal = this.byCall.has(call) ? refusalOf(socket.data.user, this.byCall.get(call)) : undefined;
      if (refusal === undefined) return next();
      const answer = given.at(-1);
      if (isAnswer(answer)) answer(refusal);
    });
  }
}

function refusalOf(user: Principal, permission: Permission | undefined): Acknowledgement | undefined {
  try {
    if (permission === undefined) throw new DomainError(403, 'permission_denied', 'Nobody may make this call.');
    requirePermission(user, permission);
    return undefined;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { ok: false, error: { code: error.code, detail: error.detail } };
  }
}
