import { callOrExplain, DemoWord } from './demo-step';

const TOOL = 'update_plan';

/** Makes a plan of three steps and works through it, a step a round. */
export const PLAN: DemoWord = {
  word: 'plan',
  usage: 'plan: a trip to Mars',
  description: 'makes a plan and works through it',
  step: (goal, conversation) => {
    const steps = [`Understand what "${goal || 'the task'}" needs`, 'Do it piece by piece', 'Check the result'];
    const round = conversation.calls.filter(({ tool }) => tool === TOOL).length;
    if (round > steps.length) return { think: 'All steps are done.', say: report(goal, steps) };
    const plan = steps.map((step, index) => ({ step, status: statusOf(index, round) }));
    const explanation = round === 0 ? `A plan for ${goal || 'the task'}` : `Step ${round} of ${steps.length} is done`;
    const think = round === 0 ? 'I will first write down a plan.' : `${explanation}, so I will update the plan.`;
    return callOrExplain(conversation, TOOL, { explanation, plan }, { think });
  },
};

function statusOf(index: number, round: number): 'completed' | 'in_progress' | 'pending' {
  if (index < round) return 'completed';
  return index === round ? 'in_progress' : 'pending';
}

const report = (goal: string, steps: readonly string[]): string =>
  [`## Done: ${goal || 'the task'}`, ...steps.map((step, index) => `${index + 1}. ~~${step}~~`)].join('\n');
