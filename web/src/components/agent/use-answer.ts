import { useState } from 'react';
import { ApiProblem, describeError } from '../../api/problem';
import { relayApi } from '../../api/relay-api';
import type { Answers, Decision } from '../../api/types';

export interface AnswerState {
  isSending: boolean;
  error: string | null;
  send(decision: Decision, answers?: Answers): void;
}

/** Answers an approval once; what became of it arrives through the log. */
export function useAnswer(approvalId: string): AnswerState {
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const post = async (decision: Decision, answers?: Answers) => {
    setSending(true);
    setError(null);
    try {
      await relayApi.answerApproval(approvalId, { decision, answers });
    } catch (problem) {
      // Another client was faster: its event is on the way, and the buttons stay off until then.
      if (problem instanceof ApiProblem && problem.code === 'approval_already_resolved') return;
      setError(describeError(problem));
      setSending(false);
    }
  };

  return { isSending, error, send: (decision, answers) => void post(decision, answers) };
}
