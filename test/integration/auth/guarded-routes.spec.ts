import 'reflect-metadata';
import { DynamicModule, Type } from '@nestjs/common';
import { MetadataScanner, Reflector } from '@nestjs/core';
import { AppModule } from '../../../src/app.module';
import { Access, accessOf } from '../../../src/auth/access.guard';

/** Routes that anybody may call, each for a reason. */
const PUBLIC: readonly string[] = [
  // Probes of an orchestrator have no token, and learn no more than whether the service is well.
  ...['HealthController.overall', 'HealthController.live', 'HealthController.ready', 'HealthController.detailed'],
  // The same for a person, as the contract of an earlier service has it.
  'HealthController.status',
  // Where programs that have no token yet read who gives them one.
  'ProtectedResourceController.metadata',
  // What a link shows to whoever has its token.
  ...[
    'SharedController.chat',
    'SharedController.state',
    'SharedController.action',
    'SharedController.diff',
    'SharedController.messages',
    'SharedController.picture',
    'SharedController.actions',
    'SharedController.events',
  ],
  // Where people sign in. Each refuses by itself what proves nothing.
  ...['SignInController.show', 'SignInController.signIn', 'AccountLinkController.show', 'AccountLinkController.accept'],
  ...['OidcController.begin', 'OidcController.complete', 'BackChannelController.end'],
  // What there is not, in the words of OpenAI: it tells nothing, and does nothing.
  'UnknownPathController.refuse',
];

type AnyModule = Type | DynamicModule;

const metadata = <T>(key: string, target: object): T[] => (Reflect.getMetadata(key, target) as T[] | undefined) ?? [];

/** Every controller and provider of the service, by way of the modules that import each other. */
function classesOf(module: AnyModule, seen = new Set<Type>()): Type[] {
  const type = 'module' in module ? module.module : module;
  if (seen.has(type)) return [];
  seen.add(type);
  const own = [...metadata<Type>('controllers', type), ...metadata<Type | object>('providers', type)];
  const classes = own.filter((each): each is Type => typeof each === 'function');
  return [...classes, ...metadata<AnyModule>('imports', type).flatMap((imported) => classesOf(imported, seen))];
}

interface Handler {
  readonly name: string;
  readonly access: Access;
}

/** Routes, and calls over Socket.IO. */
function handlersOf(owner: Type): Handler[] {
  const prototype = owner.prototype as Record<string, CallableFunction>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    if (!handler || !['method', 'message'].some((key) => Reflect.hasMetadata(key, handler))) return [];
    return [{ name: `${owner.name}.${name}`, access: accessOf(new Reflector(), handler, owner) }];
  });
}

describe('every route and socket call of the service', () => {
  const handlers = classesOf(AppModule).flatMap(handlersOf);
  const namesOf = (access: Access): string[] =>
    handlers.filter((handler) => handler.access === access).map(({ name }) => name);

  it('is found by this suite', () => {
    const names = handlers.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['ChatsController.create', 'ChatSocket.send', 'ResponsesController.create']),
    );
    expect(names.length).toBeGreaterThan(45);
  });

  it('says who may call it', () => {
    expect(namesOf(undefined)).toEqual([]);
  });

  it('is public only where it is listed as such', () => {
    expect(namesOf('public').sort()).toEqual([...PUBLIC].sort());
  });

  it('leaves the question to the guard of the gateway only at /v1', () => {
    expect(new Set(namesOf('elsewhere').map((name) => name.split('.')[0]))).toEqual(
      new Set(['CompletionsController', 'ModelsController', 'ResponsesController', 'StoredResponsesController']),
    );
  });
});
