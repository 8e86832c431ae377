import type { AgentEvent } from '../../app-server/agent/agent-event';
import type { ModelCall } from '../../app-server/agent/unreported-call';
import { now } from '../../common/clock';

/** A call that codex has not reported. */
export interface UnreportedCall {
  readonly call: ModelCall;
  readonly calledAt: string;
  /** What codex sent back to the model; undefined while it has not. */
  readonly output: string | undefined;
}

interface OpenCall extends UnreportedCall {
  /** Answers of the model in this turn that had ended before the one that the call is in. */
  readonly round: number;
}

/** What a model gives as `sandbox_permissions` of such a command. */
const ESCALATED = 'require_escalated';

/** Asked for by codex in questions of their own, which the log has. */
const SHOWN_AS_QUESTION = new Set(['user_input', 'permissions']);

/**
 * The calls of the model in one turn that codex has sent no item for. The gateway tells of a call before codex knows it, and of
 * its output when the next request has it; codex's own events come by another way, and later. So a call is unreported for good
 * once an event is there of an answer after its own: by then codex had said all about it.
 */
export class UnreportedCalls {
  /** By the model's id of the call, which is codex's id of its item (quirk `hidden-commands`). */
  private readonly open = new Map<string, OpenCall>();
  /** Answers that have ended: as the gateway has seen it, and as codex has told it with their usage. */
  private answers = 0;
  private toldAnswers = 0;

  /** Calls whose model wants them to run outside of the sandbox. */
  private readonly leaving = new Set<string>();

  /** Whether the model has asked for this call to run outside of the sandbox. @param id codex's id of its item */
  asksToLeave(id: string | null): boolean {
    return id !== null && this.leaving.has(id);
  }

  called(call: ModelCall): void {
    if (call.arguments.includes(ESCALATED)) this.leaving.add(call.id);
    this.open.set(call.id, { call, calledAt: now(), output: undefined, round: this.answers });
  }

  answered(): void {
    this.answers += 1;
  }

  returned(callId: string, output: string): void {
    const known = this.open.get(callId);
    if (known !== undefined) this.open.set(callId, { ...known, output });
  }

  /** The calls, in order, of which this event shows that codex will report them to nobody. */
  passedBy(event: AgentEvent): UnreportedCall[] {
    const round = this.roundBefore(event);
    if (this.open.size === 0) return [];
    this.forgetShown(event);
    return this.take((each) => each.output !== undefined && each.round < round);
  }

  /** All that are left at the end of the turn. */
  takeAll(): UnreportedCall[] {
    return this.take(() => true);
  }

  /** Of calls in answers before this one codex has said all, once it has said this. */
  private roundBefore(event: AgentEvent): number {
    switch (event.type) {
      case 'usageUpdated':
        this.toldAnswers += 1;
        return this.toldAnswers - 1;
      case 'itemStarted':
      case 'itemCompleted':
        if (event.item.type === 'action') return this.open.get(event.item.id)?.round ?? 0;
        return event.item.type === 'other' ? 0 : this.toldAnswers;
      case 'messageDelta':
      case 'reasoningSummary':
      case 'reasoningText':
        return this.toldAnswers;
      default:
        return 0;
    }
  }

  private forgetShown(event: AgentEvent): void {
    if ((event.type === 'itemStarted' || event.type === 'itemCompleted') && event.item.type === 'action') {
      this.open.delete(event.item.id);
    } else if (event.type === 'question' && SHOWN_AS_QUESTION.has(event.question.kind)) {
      this.open.delete(event.question.itemId ?? '');
    } else if (event.type === 'planUpdated') {
      const plan = [...this.open.values()].find(({ call }) => call.name === 'update_plan');
      if (plan !== undefined) this.open.delete(plan.call.id);
    }
  }

  private take(isMeant: (call: OpenCall) => boolean): UnreportedCall[] {
    const taken = [...this.open.values()].filter(isMeant);
    for (const { call } of taken) this.open.delete(call.id);
    return taken;
  }
}
