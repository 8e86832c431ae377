import 'reflect-metadata';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Logger, NestLogger } from './common/logger';
import { messageOf } from './common/domain.error';
import { ConfigError } from './config/config.error';
import { ServerConfig } from './config/server.config';
import { InstanceEndpoint } from './gateway/responses-api/instance-endpoint';
import { createApplication } from './http-application';
import { Operation } from './operation';
import { Preparation } from './preparation';
import { DataRootLock } from './runtime/data-root-lock';
import { ModelEndpoint } from './runtime/model-endpoint';

/** Whatever is not done so many milliseconds after the grace time is not waited for. */
const STOP_MARGIN_MS = 20_000;

/** npm passes on the Ctrl-C that the service has had from the terminal. A second one after this time ends it at once. */
const REPEAT_MS = 1_500;

const NODE_MAJOR = 24;

async function main(): Promise<void> {
  if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR) {
    throw new ConfigError(`Node ${process.versions.node} is too old; use npm start, or Node ${NODE_MAJOR} or later`);
  }
  const app = await createApplication();
  await app.get(DataRootLock).take();
  await app.get(Preparation).prepare();
  const operation = app.get(Operation);
  await operation.prepare();
  const internal = await listenInternally(app);
  const address = await listen(app);
  const logger = app.get<Logger>(Logger);
  // Only now: Nest would log a port that is taken, too, and it is told once.
  app.useLogger(new NestLogger(logger.child({})));
  stopOnSignals(app, internal);
  process.stdout.write(welcome(address));
  const ended = await operation.start();
  if (ended !== undefined) logger.child({ component: 'service' }).info({ turnsEnded: ended }, 'ready');
}

/** Longer than codex keeps an idle connection, so that it never sends on one that is being closed. */
const INTERNAL_KEEP_ALIVE_MS = 120_000;

/** Codex reaches the gateway here, whatever the service's own address is. */
async function listenInternally(app: NestExpressApplication): Promise<Server> {
  const others = app.getHttpAdapter().getInstance();
  const listener = app.get(InstanceEndpoint).listener(others);
  const server = createServer({ keepAliveTimeout: INTERNAL_KEEP_ALIVE_MS }, listener);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  app.get(ModelEndpoint).open((server.address() as AddressInfo).port);
  return server;
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

function stopOnSignals(app: NestExpressApplication, internal: Server): void {
  const stop = async (signal: string): Promise<void> => {
    const { shutdownGraceSeconds } = app.get(ServerConfig);
    const graceMs = shutdownGraceSeconds * 1000;
    setTimeout(() => process.exit(1), graceMs + STOP_MARGIN_MS).unref();
    app.get<Logger>(Logger).child({ component: 'service' }).info({ signal }, 'stopping');
    await app.get(Operation).drain(graceMs);
    app.getHttpServer().close();
    await app.get(Operation).close();
    internal.closeAllConnections();
    internal.close();
    app.getHttpServer().closeAllConnections();
    process.exit(0);
  };
  let toldAt: number | undefined;
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => {
      if (toldAt === undefined) {
        toldAt = performance.now();
        stop(signal).catch((error: unknown) => fail(error));
      } else if (performance.now() - toldAt > REPEAT_MS) process.exit(1);
    });
  }
}

const welcome = (address: string): string =>
  `codex-relay is listening\n  web client  ${address}/\n  API         ${address}/docs\n  health      ${address}/health\n`;

/** One sentence for what the operator can mend, everything for what only we can. */
function fail(error: unknown): void {
  const text = error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`codex-relay cannot start: ${text}\n`);
  process.exit(1);
}

main().catch(fail);
