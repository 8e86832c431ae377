import { useState } from 'react';
import { ApiProblem, describeError } from '../../api/problem';
import { relayApi } from '../../api/relay-api';
import type { Answers, Decision } from '../../api/types';

export interface AnswerState {
  isSending: boolean;
  /** It is the one that counts, or on its way to be. */
  isGiven: boolean;
  error: string | null;
  /** @param message for the agent, with a refusal */
  send(decision: Decision, more?: { answers?: Answers; message?: string }): void;
}

/** Answers an approval once; what became of it arrives through the log. */
export function useAnswer(approvalId: string): AnswerState {
  const [isSending, setSending] = useState(false);
  const [isLate, setLate] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const post = async (decision: Decision, more: { answers?: Answers; message?: string } = {}) => {
    setSending(true);
    setError(null);
    try {
      await relayApi.answerApproval(approvalId, { decision, ...more });
    } catch (problem) {
      // Another client was faster: its event is on the way, and the buttons stay off until then.
      if (problem instanceof ApiProblem && problem.code === 'approval_already_resolved') return setLate(true);
      setError(describeError(problem));
      setSending(false);
    }
  };

  return { isSending, isGiven: isSending && !isLate, error, send: (decision, more) => void post(decision, more) };
}
