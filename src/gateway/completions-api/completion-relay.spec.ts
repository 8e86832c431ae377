import { usageOptions } from './completion-relay';

describe('usageOptions', () => {
  it('keeps what else the stream options say', () => {
    expect(usageOptions({ include_obfuscation: false })).toEqual({ include_obfuscation: false, include_usage: true });
    expect(usageOptions(null)).toEqual({ include_usage: true });
  });
});
