import { RequestGate } from './request-gate';

describe('RequestGate', () => {
  it('keeps no place for one that has given up', async () => {
    const gate = new RequestGate(1);
    await gate.enter();
    await expect(gate.enter(10)).resolves.toBe(false);
    gate.leave();
    expect(gate.inFlight).toBe(0);
    await expect(gate.enter(10)).resolves.toBe(true);
  });

  it('gives the place of one that has given up to the next', async () => {
    const gate = new RequestGate(1);
    await gate.enter();
    const [impatient, patient] = [gate.enter(10), gate.enter(1_000)];
    await expect(impatient).resolves.toBe(false);
    gate.leave();
    await expect(patient).resolves.toBe(true);
    expect(gate.inFlight).toBe(1);
  });
});
