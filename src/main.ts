import 'reflect-metadata';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { Logger, NestLogger } from './common/logger';
import { messageOf } from './common/domain.error';
import { ConfigError } from './config/config.error';
import { ServerConfig } from './config/server.config';
import { createApplication } from './http-application';
import { Lifecycle } from './lifecycle';
import { startWarnings, welcome } from './start-report';

/** Whatever is not done so many milliseconds after the grace time is not waited for. */
const STOP_MARGIN_MS = 20_000;

/** npm passes on the Ctrl-C that the service has had from the terminal. A second one after this time ends it at once. */
const REPEAT_MS = 1_500;

const NODE_MAJOR = 24;

/**
 * The heap may grow by so much before all of it is collected: a third less memory with many chats. Not from the start,
 * which only loads what stays, and would take 0.4 s of processor time more for collections that free nothing.
 */
const HEAP_GROWTH = '--heap-growing-percent=40';

async function main(): Promise<void> {
  if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR) {
    throw new ConfigError(`Node ${process.versions.node} is too old; use npm start, or Node ${NODE_MAJOR} or later`);
  }
  const app = await createApplication();
  await app.init();
  const address = await listen(app);
  // Only now: Nest would log a port that is taken, too, and it is told once.
  app.useLogger(new NestLogger(app.get<Logger>(Logger).child({})));
  stopOnSignals(app);
  const logger = app.get<Logger>(Logger).child({ component: 'service' });
  for (const warning of startWarnings(app)) logger.warn(warning);
  process.stdout.write(await welcome(app, address));
  await app.get(Lifecycle).started;
  setFlagsFromString(HEAP_GROWTH);
}

/** @throws ConfigError when the address cannot be had. */
async function listen(app: NestExpressApplication): Promise<string> {
  const { host, port } = app.get(ServerConfig);
  try {
    await app.listen(port, host);
  } catch (error) {
    throw new ConfigError(listenFault(error, host, port));
  }
  const bound = app.getHttpServer().address() as AddressInfo;
  const shown = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${shown}:${bound.port}`;
}

function listenFault(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `port ${port} on ${host} is taken; stop what uses it or set PORT to another`;
  if (code === 'EACCES') return `port ${port} may not be used by this user; set PORT to one above 1023`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST is "${host}", which is no address of this machine`;
  return `cannot listen on ${host}:${port}: ${messageOf(error)}`;
}

function stopOnSignals(app: NestExpressApplication): void {
  const stop = async (signal: string): Promise<void> => {
    const { shutdownGraceSeconds } = app.get(ServerConfig);
    setTimeout(() => process.exit(1), shutdownGraceSeconds * 1000 + STOP_MARGIN_MS).unref();
    app.get<Logger>(Logger).child({ component: 'service' }).info({ signal }, 'stopping');
    await app.close();
    process.exit(0);
  };
  let firstAt: number | undefined;
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => {
      if (firstAt === undefined) {
        firstAt = performance.now();
        stop(signal).catch((error: unknown) => fail(error));
      } else if (performance.now() - firstAt > REPEAT_MS) process.exit(1);
    });
  }
}

/** One sentence for what the operator can mend, everything for what only we can. */
function fail(error: unknown): void {
  const text = error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`codex-relay cannot start: ${text}\n`);
  process.exit(1);
}

main().catch(fail);
