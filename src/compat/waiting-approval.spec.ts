import { approvalDto } from '../../test/support/chat-events';
import { askedFor, waitingText } from './waiting-approval';

describe('a question of the agent in short', () => {
  it('shows what hides in a command', () => {
    expect(askedFor(approvalDto({ request: { command: 'rm \u202Etxt' } }))).toContain('⟨U+202E⟩');
  });

  it('is not longer than a line may be, and says where it is answered', () => {
    const long = approvalDto({ request: { command: 'x'.repeat(2_000) } });
    expect(askedFor(long)).toHaveLength(501);
    expect(waitingText(long, 'http://relay/#/chats/1')).toContain('http://relay/#/chats/1');
  });
});
