import { applyDecorators, CanActivate, SetMetadata, Type, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiCookieAuth, ApiExtension } from '@nestjs/swagger';
import { Permission } from './permission';

/** Keys of what a handler says about who may call it. */
export const PERMISSION = 'auth:permission';
export const PUBLIC = 'auth:public';
/** The guard that admits callers in the place of the global one. */
export const ADMITTED_BY = 'auth:admitted-by';

/** Name of the permission in the OpenAPI document. */
export const PERMISSION_EXTENSION = 'x-permission';

/** Who has this permission may call the handler, which is a route or a call over Socket.IO; documents it, too. */
export const Authorized = (permission: Permission): MethodDecorator =>
  applyDecorators(
    SetMetadata(PERMISSION, permission),
    ...[ApiBearerAuth(), ApiCookieAuth(), ApiExtension(PERMISSION_EXTENSION, permission)],
  );

/** Anybody may call the handler, or all of a controller. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(PUBLIC, true);

/** A guard of another part of the service says who may call the routes of a controller: one that knows other keys, too. */
export const AdmittedBy = (guard: Type<CanActivate>): ClassDecorator =>
  applyDecorators(SetMetadata(ADMITTED_BY, guard), UseGuards(guard), ApiBearerAuth());
