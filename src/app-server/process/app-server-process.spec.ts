import pino from 'pino';
import type { Launch } from '../../runtime/runtime';
import { AppServerProcess } from './app-server-process';
import type { Reaper } from './reaper';

const silent = pino({ level: 'silent' });

describe('AppServerProcess', () => {
  it('is forgotten by the reaper when it has ended: its number may soon belong to a process of others', async () => {
    const calls: string[] = [];
    const reaper = {
      watch: (group: number) => calls.push(`watch ${group}`),
      forget: (group: number) => calls.push(`forget ${group}`),
    } as unknown as Reaper;
    const launch: Launch = {
      ...{ file: process.execPath, args: ['-e', ''], cwd: '/', env: {} },
      onAnswer: () => Promise.resolve(),
      release: () => calls.push('its key ends'),
    };
    const listener = {
      onNotification: jest.fn(),
      onRequest: jest.fn(),
      onEnd: () => void calls.push('its end is reported'),
    };
    const appServer = new AppServerProcess(launch, { marker: 'no process has this', listener, reaper, logger: silent });
    expect(await appServer.exited).toEqual({ code: 0, signal: null });
    const { pid } = appServer;
    expect(calls).toEqual([`watch ${pid}`, 'its end is reported', `forget ${pid}`, 'its key ends']);
  });
});
