import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { originOptions } from '../translation/prompt';
import { demoStep } from './demo-script';

const user = (text: string): LanguageModelV4Prompt[number] => ({ role: 'user', content: [{ type: 'text', text }] });
const tool = (name: string) => ({ type: 'function' as const, name, inputSchema: {} });
const TOOLS = [tool('exec_command'), tool('apply_patch'), tool('update_plan')];

function round(toolName: string, input: object, value: string): LanguageModelV4Prompt {
  const call = { type: 'tool-call' as const, toolCallId: 'c', toolName, input: JSON.stringify(input) };
  const result = { type: 'tool-result' as const, toolCallId: 'c', toolName, output: { type: 'text' as const, value } };
  return [
    { role: 'assistant', content: [call] },
    { role: 'tool', content: [result] },
  ];
}

describe('the script of the demo model', () => {
  it('goes by the last message of the user, not by what codex or the gateway wrote in that role', () => {
    const prompt: LanguageModelV4Prompt = [
      user('run: ls'),
      user('<environment_context>\n<cwd>/x</cwd>\n</environment_context>'),
      { ...user('be careful'), role: 'user', content: [], providerOptions: originOptions('developer') },
    ];
    expect(demoStep({ prompt, tools: TOOLS }).call).toEqual({ tool: 'exec_command', input: { cmd: 'ls' } });
  });

  it('starts anew with every message of the user', () => {
    const prompt = [user('run: ls'), ...round('exec_command', { cmd: 'ls' }, 'Output:\nx'), user('run: pwd')];
    expect(demoStep({ prompt, tools: TOOLS }).call?.input).toEqual({ cmd: 'pwd' });
  });

  it('says so when the agent lacks the tool', () => {
    expect(demoStep({ prompt: [user('plan: x')], tools: [] }).say).toContain('does not offer it');
  });

  it('reports a patch that was refused', () => {
    const patch = round('apply_patch', { input: 'x' }, 'patch rejected by user');
    expect(demoStep({ prompt: [user('write: a.txt b'), ...patch], tools: TOOLS }).say).toContain(
      'patch rejected by user',
    );
  });

  it('shows a command that did not end, and output that has code fences in it', () => {
    const still = round('exec_command', {}, 'Process running with session ID 1\nOutput:\n```js\n1\n```');
    const { say } = demoStep({ prompt: [user('RUN: sleep 100'), ...still], tools: TOOLS });
    expect(say).toContain('did not run to its end');
    expect(say).toContain('````text\n```js');
  });
});
