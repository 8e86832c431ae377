import { packageFault } from './packages';

describe('packages that a model may install', () => {
  it.each([
    ['python', 'pandas==2.3.0', ['pandas']],
    ['python', 'Scikit_Learn>=1,<2', ['scikit-learn']],
    ['python', 'httpx[http2]', ['httpx']],
    ['node', '@types/node@24', ['@types/node']],
    ['node', 'zod', ['*']],
  ] as const)('are those of the operator: %s %s', (language, wanted, allowed) => {
    expect(packageFault(language, wanted, allowed)).toBeUndefined();
  });

  it.each([
    ['python', 'evil', ['pandas'], 'may not be installed'],
    ['python', '-r/etc/passwd', ['*'], 'no name'],
    ['python', 'pandas @ https://evil.example/x.whl', ['*'], 'no name'],
    ['python', './local', ['*'], 'no name'],
    ['node', 'zod@npm:evil@1', ['*'], 'no name'],
    ['node', 'git+ssh://x/y', ['*'], 'no name'],
    ['node', '--registry=http://x', ['*'], 'no name'],
    ['node', 'zod', [], 'none are'],
  ] as const)('are nothing else: %s %s', (language, wanted, allowed, words) => {
    expect(packageFault(language, wanted, allowed)).toContain(words);
  });
});
