import { isNarrow, offeredDecisions } from './rule-prefix';

const rule = (...words: string[]) => ({ acceptWithExecpolicyAmendment: { execpolicy_amendment: words } });

describe('the beginning of commands that may run without being asked for', () => {
  it.each([
    ...[
      'find',
      'make',
      'npx',
      'sh',
      'bash',
      '/bin/bash',
      'python',
      'python3.12',
      'env',
      'sudo',
      'xargs',
      'git',
      'node',
      'npm',
    ],
    ...[
      'bash -c',
      'sh script.sh',
      'find .',
      'env A=1',
      'sudo ls',
      'xargs rm',
      'python -c',
      'git -c',
      'npx -y',
      'npm run',
    ],
    ...[
      'npm exec',
      'go run',
      'uv run',
      'yarn dlx',
      'git rebase',
      'git submodule',
      'docker run',
      'timeout 5',
      'make -f',
      '',
    ],
  ])('is not %j, which starts whatever it is told', (line) => {
    expect(isNarrow(line.split(' '))).toBe(false);
  });

  it.each(['touch', 'git status', 'npm test', 'npm run build', 'python script.py', 'make all', 'ls -la', 'curl -s'])(
    'may be %j',
    (line) => {
      expect(isNarrow(line.split(' '))).toBe(true);
    },
  );

  it('hides nothing, and has a length', () => {
    expect(isNarrow(['touch', 'a\u202eb'])).toBe(false);
    expect(isNarrow(['touch', 'a\u200bb'])).toBe(false);
    expect(isNarrow(['touch', 'x'.repeat(1_000)])).toBe(false);
    expect(isNarrow(Array.from({ length: 33 }, () => 'x'))).toBe(false);
  });
});

describe('the decisions that are offered', () => {
  const touch = [['touch', 'a']];

  it('are those for one command, and a rule that all of the command begins with', () => {
    expect(offeredDecisions(['accept', rule('touch'), 'cancel'], touch)).toEqual(['accept', rule('touch'), 'cancel']);
    expect(offeredDecisions(['accept', rule('touch')], [...touch, ['rm', 'b']])).toEqual(['accept']);
    expect(offeredDecisions(['accept', rule('rm')], touch)).toEqual(['accept']);
    expect(offeredDecisions(['accept', rule()], touch)).toEqual(['accept']);
    expect(offeredDecisions(['accept', rule('find')], [['find', '.']])).toEqual(['accept']);
  });

  it('have no rule where it cannot be told what the command runs, and none of another kind', () => {
    expect(offeredDecisions(['accept', rule('touch')], undefined)).toEqual(['accept']);
    const network = { applyNetworkPolicyAmendment: { network_policy_amendment: { host: 'x', action: 'allow' } } };
    expect(offeredDecisions(['accept', network], touch)).toEqual(['accept']);
  });
});
