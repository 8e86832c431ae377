import { Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { accessOf } from './access.guard';

/** Under these keys Nest keeps that a method is a route, or a call over a WebSocket. */
const HANDLER_KEYS = ['method', 'message'];

/** A handler of the service, and what it says about who may call it. */
export interface AuditedHandler {
  readonly name: string;
  readonly access: ReturnType<typeof accessOf>;
}

/** Looks at every handler of the service, so that none is there that says nothing about who may call it. */
@Injectable()
export class RouteAudit implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Error that names the handlers which say nothing */
  onApplicationBootstrap(): void {
    const silent = this.handlers().filter(({ access }) => access === undefined);
    if (silent.length === 0) return;
    const names = silent.map(({ name }) => name).join(', ');
    throw new Error(`without @Authorized(permission) or @Public() nobody may call ${names}`);
  }

  /** Of controllers and of gateways of Socket.IO. */
  handlers(): AuditedHandler[] {
    const classes = [...this.discovery.getControllers(), ...this.discovery.getProviders()];
    return [...new Set(classes.map(({ metatype }) => metatype))].flatMap((owner) =>
      typeof owner === 'function' ? this.handlersOf(owner) : [],
    );
  }

  private handlersOf(owner: CallableFunction): AuditedHandler[] {
    const prototype = owner.prototype as Record<string, CallableFunction> | undefined;
    if (prototype === undefined) return [];
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (handler === undefined || !HANDLER_KEYS.some((key) => Reflect.hasMetadata(key, handler))) return [];
      return [{ name: `${owner.name}.${name}`, access: accessOf(this.reflector, handler, owner) }];
    });
  }
}
