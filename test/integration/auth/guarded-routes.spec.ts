import 'reflect-metadata';
import { DynamicModule, RequestMethod, Type } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { AppModule } from '../../../src/app.module';
import { AuthGuard } from '../../../src/auth/auth.guard';
import { GatewayAccessGuard } from '../../../src/gateway/accounts/gateway-access';

/** Routes that anybody may call, each for a reason. */
const PUBLIC: readonly string[] = [
  // Probes of an orchestrator have no token, and learn no more than whether the service is well.
  ...['GET /health', 'GET /health/live', 'GET /health/ready', 'GET /health/detailed'],
  // The same for a person, as the contract of an earlier service has it.
  'GET /status',
  // What there is not, in the words of OpenAI: it tells nothing, and does nothing.
  'ALL /v1/,*path',
];

type AnyModule = Type | DynamicModule;

const metadata = <T>(key: string, target: object): T[] => (Reflect.getMetadata(key, target) as T[] | undefined) ?? [];

/** Every controller of the service, by way of the modules that import each other. */
function controllersOf(module: AnyModule, seen = new Set<Type>()): Type[] {
  const type = 'module' in module ? module.module : module;
  if (seen.has(type)) return [];
  seen.add(type);
  const own = metadata<Type>('controllers', type);
  return [...own, ...metadata<AnyModule>('imports', type).flatMap((imported) => controllersOf(imported, seen))];
}

interface Route {
  readonly name: string;
  readonly guards: readonly unknown[];
}

function routesOf(controller: Type): Route[] {
  const { prototype } = controller as { prototype: Record<string, object> };
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name] as object;
    const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    const path = [Reflect.getMetadata('path', controller), Reflect.getMetadata('path', handler)] as string[];
    const address = `/${path.join('/')}`.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '');
    const guards = [...metadata('__guards__', controller), ...metadata('__guards__', handler)];
    return [{ name: `${RequestMethod[method]} ${address}`, guards }];
  });
}

describe('every route of the service', () => {
  const routes = controllersOf(AppModule).flatMap(routesOf);

  it('is found by this suite', () => {
    const names = routes.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['POST /api/v1/chats', 'POST /v1/responses', 'GET /health']));
    expect(names.length).toBeGreaterThan(40);
  });

  it('asks who calls before anything else, unless it is listed as public', () => {
    const open = routes.filter(({ guards: [first] }) => first !== AuthGuard && first !== GatewayAccessGuard);
    expect(open.map(({ name }) => name).sort()).toEqual([...PUBLIC].sort());
  });
});
