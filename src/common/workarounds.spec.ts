import type { HttpAdapterHost } from '@nestjs/core';
import { Writable } from 'node:stream';
import pino from 'pino';
import { register } from 'prom-client';
import { Subject } from 'rxjs';
import { ConfigError } from '../config/config.error';
import { failed, Trial, Workarounds } from './workarounds';

const TRICK = { name: 'trick', setting: 'TRICK', without: 'turns are slower' };
const WORKS: Trial = { active: true };

describe('a workaround on the inside of another program', () => {
  let lines: { level: number; msg: string }[];
  let workarounds: Workarounds;

  beforeEach(() => {
    lines = [];
    const log = new Writable({
      write: (line: Buffer, _, done) => {
        lines.push(JSON.parse(line.toString()) as { level: number; msg: string });
        done();
      },
    });
    workarounds = new Workarounds(pino(log));
    workarounds.announce();
  });

  const told = () => lines.map(({ level, msg }) => `${pino.levels.labels[level]} ${msg}`);
  const gauge = async (): Promise<number | undefined> => {
    const metric = await register.getSingleMetric('codex_relay_workaround_active')?.get();
    return metric?.values.find(({ labels }) => labels.name === 'trick')?.value;
  };

  it('that works is active, in the log and as a metric', async () => {
    expect(await workarounds.settle(TRICK, 'required', () => Promise.resolve(WORKS))).toBe(true);
    expect(workarounds.list()).toEqual([{ ...TRICK, mode: 'required', active: true }]);
    expect(told()).toEqual(['info trick: active']);
    expect(await gauge()).toBe(1);
  });

  it('that does not work is warned of with what follows, also when its self-test throws', async () => {
    const trial = () => Promise.reject(new Error('it is made in another way'));
    expect(await workarounds.settle(TRICK, 'auto', trial)).toBe(false);
    expect(told()).toEqual(['warn trick: not active; turns are slower: it is made in another way']);
    expect(await gauge()).toBe(0);
  });

  it('that is required and does not work keeps the service from starting, in one sentence', async () => {
    const starting = workarounds.settle(TRICK, 'required', () => Promise.resolve(failed(TRICK, 'no way')));
    await expect(starting).rejects.toThrow(ConfigError);
    await expect(starting).rejects.toThrow(
      'TRICK is "required", but this machine does not allow it: turns are slower: no way',
    );
  });

  it('that is off is not tried, and the log says what follows without a warning', async () => {
    const trial = jest.fn();
    expect(await workarounds.settle(TRICK, 'off', trial)).toBe(false);
    expect(trial).not.toHaveBeenCalled();
    expect(told()).toEqual(['info trick: not active; turns are slower: TRICK is "off"']);
  });

  it('that works in part is active with a warning, and refuses the start where it is required', async () => {
    const partly = () => Promise.resolve({ active: true, problem: 'links are followed' });
    expect(await workarounds.settle(TRICK, 'auto', partly)).toBe(true);
    expect(told()).toEqual(['warn trick: active; links are followed']);
    await expect(workarounds.settle(TRICK, 'required', partly)).rejects.toThrow('links are followed');
  });

  it('is not told of before the service listens, which a start that fails never does', async () => {
    const listening = new Subject<void>();
    const quiet = new Workarounds(pino({ level: 'silent' }), { listen$: listening } as unknown as HttpAdapterHost);
    const announce = jest.spyOn(quiet, 'announce');
    quiet.onApplicationBootstrap();
    await quiet.settle(TRICK, 'auto', () => Promise.resolve(WORKS));
    expect(announce).not.toHaveBeenCalled();
    listening.next();
    expect(announce).toHaveBeenCalledTimes(1);
  });

  it('is told of again only when something has changed', () => {
    const state = { ...TRICK, mode: 'auto', active: true } as const;
    for (const problem of [undefined, undefined, 'the database is locked', 'the database is locked']) {
      workarounds.report({ ...state, active: problem === undefined, problem });
    }
    workarounds.report(state);
    expect(told()).toEqual([
      ...['info trick: active', 'warn trick: not active; the database is locked', 'info trick: active'],
    ]);
  });
});
