import type { OnApplicationBootstrap } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { Gauge } from 'prom-client';
import { ConfigError } from '../config/config.error';
import type { WorkaroundMode } from '../config/workaround.config';
import type { ComponentLogger } from './logger';

const activeGauge = new Gauge({
  name: 'codex_relay_workaround_active',
  help: '1 while a workaround on the inside of another program is active, else 0',
  labelNames: ['name'] as const,
});

/** Something of ours that stands on the inside of another program or library, and may so stop working with its next version. */
export interface Workaround {
  /** The label of the gauge. */
  readonly name: string;
  /** The variable that switches it. */
  readonly setting: string;
  /** What is so without it: the beginning of a sentence for the operator. */
  readonly without: string;
}

/** What the self-test of a workaround has found. */
export interface Trial {
  readonly active: boolean;
  /** Why it is not active, or not in full, and what follows from that, in a sentence. */
  readonly problem?: string;
}

export interface WorkaroundState extends Workaround, Trial {
  readonly mode: WorkaroundMode;
}

/** Which workarounds are active, and why the others are not. */
export class Workarounds implements OnApplicationBootstrap {
  private readonly states = new Map<string, WorkaroundState>();
  private isAnnounced = false;

  /** @param http left out: nobody listens, and `announce` is called by whoever wants to read it */
  constructor(
    private readonly logger: ComponentLogger,
    private readonly http?: HttpAdapterHost,
  ) {}

  /** A start that fails says why in one sentence, and nothing else. */
  onApplicationBootstrap(): void {
    this.http?.listen$.subscribe(() => this.announce());
  }

  /** Writes a line to the log for each, and from then on for each change. */
  announce(): void {
    this.isAnnounced = true;
    for (const state of this.states.values()) this.log(state);
  }

  /**
   * Runs the self-test of a workaround, unless it is switched off.
   *
   * @param trial resolves with a problem where it has one; what it throws is a problem, too
   * @returns whether it is active
   * @throws ConfigError when it is required and has a problem
   */
  async settle(workaround: Workaround, mode: WorkaroundMode, trial: () => Promise<Trial>): Promise<boolean> {
    if (mode === 'off') {
      const problem = `${workaround.without}: ${workaround.setting} is "off"`;
      this.report({ ...workaround, mode, active: false, problem });
      return false;
    }
    const found = await trial().catch((error: unknown) => {
      if (error instanceof ConfigError) throw error;
      return failed(workaround, error instanceof Error ? error.message : String(error));
    });
    if (mode === 'required' && found.problem !== undefined) {
      throw new ConfigError(
        `${workaround.setting} is "required", but this machine does not allow it: ${found.problem}`,
      );
    }
    this.report({ ...workaround, mode, ...found });
    return found.active;
  }

  /** Notes what is so now. */
  report(state: WorkaroundState): void {
    const before = this.states.get(state.name);
    if (before?.active === state.active && before.problem === state.problem) return;
    this.states.set(state.name, state);
    activeGauge.set({ name: state.name }, state.active ? 1 : 0);
    if (this.isAnnounced) this.log(state);
  }

  list(): WorkaroundState[] {
    return [...this.states.values()];
  }

  private log(state: WorkaroundState): void {
    const line = `${state.name}: ${state.active ? 'active' : 'not active'}`;
    const fields = { workaround: state.name, active: state.active };
    if (state.problem === undefined) this.logger.info(fields, line);
    else if (state.mode === 'off') this.logger.info(fields, `${line}; ${state.problem}`);
    else this.logger.warn(fields, `${line}; ${state.problem}`);
  }
}

/** The outcome of a workaround that does not work, for this reason. */
export const failed = ({ without }: Workaround, reason: string): Trial => ({
  active: false,
  problem: `${without}: ${reason}`,
});
