import { callsReply, textReply } from '../../support/scripted-reply';
import { PIXEL } from '../../support/pixel';
import { BOTH_APIS, RESPONSES, WAYS } from '../support/behaviour';
import { contractSuite } from '../support/contract-suite';
import { rolesAlternate } from '../support/provider-rule';

const TEMPLATED = ['openai-compatible', 'ollama', 'vllm', 'azure-dated', 'mistral'];
const rules = [rolesAlternate];
const CALL = callsReply([{ name: 'exec_command', arguments: { cmd: 'echo one' } }]);

contractSuite(__filename, 'a model whose template wants user and assistant in turns', {
  rows: [
    {
      name: 'takes the first message of a conversation',
      ...{ on: TEMPLATED, ways: WAYS, rules },
      answers: ['Hello!'],
    },
    {
      name: 'takes two messages of the user in a row, with every word of both',
      ...{ on: TEMPLATED, ways: BOTH_APIS, rules },
      history: [{ role: 'user', text: 'first-word' }],
      answers: ['Hello!'],
      check: ({ last }) => expect(JSON.stringify(last.body)).toMatch(/first-word.*go/),
    },
    {
      name: 'takes a word of the developer in the middle',
      ...{ on: TEMPLATED, ways: BOTH_APIS, rules },
      history: [
        { role: 'system', text: 'be kind' },
        { role: 'user', text: 'one' },
        { role: 'assistant', text: 'two' },
        { role: 'developer', text: 'be-brief' },
      ],
      answers: ['Hello!'],
      check: ({ last }) => expect(JSON.stringify(last.body)).toContain('be-brief'),
    },
    {
      name: 'takes several system messages at the beginning',
      ...{ on: TEMPLATED, ways: BOTH_APIS, rules },
      history: [
        { role: 'system', text: 'be kind' },
        { role: 'developer', text: 'be-brief' },
      ],
      answers: ['Hello!'],
    },
    {
      name: 'takes instructions beside a system message',
      ...{ on: TEMPLATED, ways: RESPONSES, rules },
      history: [{ role: 'system', text: 'be kind' }],
      steps: [{ say: 'go', responses: { instructions: 'be-brief' } }],
      answers: ['Hello!'],
      check: ({ last }) => expect(JSON.stringify(last.body)).toContain('be-brief'),
    },
    {
      name: 'takes four messages of the user in a row, as they stand after failures, with their picture',
      ...{ on: TEMPLATED, ways: BOTH_APIS, rules },
      history: [
        { role: 'user', text: 'one' },
        { role: 'user', text: 'two', picture: PIXEL },
        { role: 'user', text: 'three' },
      ],
      answers: ['Hello!'],
      check: ({ last }) => {
        const [user] = last.messages.filter(({ role }) => role === 'user');
        expect(user).toMatchObject({ pictures: 1 });
        expect(user?.texts.join(' ')).toMatch(/one\s+two\s+three\s+go/);
      },
    },
    {
      name: 'takes two messages of the assistant in a row',
      ...{ on: TEMPLATED, ways: BOTH_APIS, rules },
      history: [
        { role: 'user', text: 'one' },
        { role: 'assistant', text: 'two' },
        { role: 'assistant', text: 'three' },
      ],
      answers: ['Hello!'],
    },
    {
      name: 'takes the next message after one that failed',
      ...{ on: TEMPLATED, ways: WAYS, rules },
      replies: [{ status: 400, error: { error: { message: 'not now', type: 'bad', code: null } } }, textReply('again')],
      steps: [{ say: 'one' }, { say: 'two' }],
      answers: [{ status: 'failed' }, 'again'],
    },
    {
      name: 'takes a turn with a call',
      ...{ on: TEMPLATED, ways: WAYS, rules },
      replies: [CALL, textReply('done'), textReply('more')],
      steps: [{ say: 'one' }, { say: 'two' }],
      answers: ['done', 'more'],
    },
  ],
});
