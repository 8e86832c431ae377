import { descriptorWarning } from './descriptor-limit';

const limits = (hard: number): string =>
  `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${hard}                 ${hard}                 files\n`;

describe('the limit of open files', () => {
  it('is told where it is below what the connections need, and only there', () => {
    const text = descriptorWarning({ maxConnections: 10_000 }, limits(1024));
    expect(text).toMatch(/may open 1024 files.*MAX_CONNECTIONS=10000 needs 10500/);
    expect(descriptorWarning({ maxConnections: 10_000 }, limits(20_000))).toBeUndefined();
    expect(descriptorWarning({ maxConnections: 10_000 }, '')).toBeUndefined();
  });
});
