const steps: (() => Promise<void>)[] = [];

/** Whether several suites run in this file of Jest's, and may share what is slow to start. */
export const isGrouped = (): boolean => process.env.TEST_GROUPED === 'true';

/** Has something shared ended after the last suite of the group. */
export function atGroupEnd(step: () => Promise<void>): void {
  steps.push(step);
}

/** Ends all that is shared, the latest first. */
export async function endGroup(): Promise<void> {
  for (const step of steps.splice(0).reverse()) await step();
}
