import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PIXEL } from '../../support/pixel';
import { callsReply, textReply } from '../../support/scripted-reply';
import { BOTH_APIS } from '../support/behaviour';
import { contractSuite } from '../support/contract-suite';
import { filters, noPictures } from '../support/provider-rule';

const PICTURE = join(tmpdir(), 'contract-refused-content.png');
writeFileSync(PICTURE, Buffer.from(PIXEL.split(',')[1] ?? '', 'base64'));

const ALL = [
  'openai',
  'azure',
  'openai-compatible',
  'vllm',
  'mistral',
  'deepseek',
  'groq',
  'anthropic',
  'google',
  'bedrock',
];
const WORD = 'zorbulent';

/** How providers say that a picture is not taken. */
const PICTURE_WORDS: readonly (readonly [on: string, words: string, code?: string])[] = [
  ['openai', 'Invalid content type. image_url is only supported by certain models.', 'invalid_value'],
  ['azure', 'Invalid image data. The image data you provided does not represent a valid image.', 'invalid_image'],
  ['openai-compatible', 'image input is not supported - hint: you may need to provide the mmproj'],
  ['vllm', 'm-vllm is not a multimodal model'],
  ['ollama', 'this model is missing data required for image input'],
  ['mistral', 'Image content is not supported by this model'],
  ['deepseek', 'Failed to deserialize the JSON body: messages[1]: unknown variant `image_url`, expected `text`'],
  ['groq', 'messages[1].content must be a string'],
  ['openrouter', 'No endpoints found that support image input'],
  ['anthropic', 'messages.0.content.1.image.source.base64: The image could not be processed'],
  ['google', 'Unable to process input image. Please retry or report'],
  ['bedrock', "This model doesn't support the image content block that you provided."],
];

contractSuite(__filename, 'content that a provider refuses', {
  rows: [
    ...PICTURE_WORDS.map(([on, words, code]) => ({
      name: `a picture fails its own message alone in a chat, when ${on} says "${words.slice(0, 50)}"`,
      ...{ on: [on], ways: ['chat' as const], rules: [noPictures(words, code)] },
      steps: [{ say: 'look at this', picture: PIXEL }, { say: 'hello' }],
      answers: [{ status: 'failed' as const, code: 'image_not_accepted' }, 'Hello!'],
    })),
    ...PICTURE_WORDS.map(([on, words, code]) => ({
      name: `a picture is image_not_accepted for the APIs, when ${on} says "${words.slice(0, 50)}"`,
      ...{ on: [on], ways: BOTH_APIS, rules: [noPictures(words, code)] },
      steps: [{ say: 'look at this', picture: PIXEL }],
      answers: [{ status: 'failed' as const, code: 'image_not_accepted' }],
    })),
    {
      name: 'a picture is a line of text in the next request of a chat',
      ...{ on: ['openai-compatible', 'anthropic'], ways: ['chat'], rules: [noPictures()] },
      steps: [{ say: 'look at this', picture: PIXEL }, { say: 'hello' }],
      answers: [{ status: 'failed' }, 'Hello!'],
      check: ({ last }) => expect(last.messages.flatMap(({ texts }) => texts).join('\n')).toMatch(/(image|picture)/i),
    },
    {
      name: 'a picture that codex has viewed does not end its chat',
      ...{ on: ['openai', 'openai-compatible', 'anthropic'], ways: ['chat'], rules: [noPictures()] },
      replies: ({ scripted }) =>
        scripted.lastUserText === 'view it' && !scripted.answersTool
          ? callsReply([{ name: 'view_image', arguments: { path: PICTURE } }])
          : textReply('Hello!'),
      steps: [{ say: 'view it' }, { say: 'hello' }],
      answers: [{}, 'Hello!'],
    },
    {
      name: 'a filtered word fails its own message alone in a chat',
      ...{ on: ALL, ways: ['chat'], rules: [filters(WORD, { code: 'content_filter' })] },
      steps: [{ say: `say ${WORD}` }, { say: 'hello' }],
      answers: [{ status: 'failed' }, 'Hello!'],
    },
    {
      name: 'a filtered word is told with its code and the words of the provider',
      ...{ on: ['openai', 'openai-compatible'], ways: ['chat'], rules: [filters(WORD, { code: 'content_filter' })] },
      steps: [{ say: `say ${WORD}` }],
      answers: [{ status: 'failed', code: 'content_filter', message: /The prompt was filtered/ }],
    },
    {
      name: 'a text that a provider answers with 400 and no code fails its own message alone in a chat',
      ...{ on: ['openai', 'openai-compatible', 'anthropic'], ways: ['chat'] },
      rules: [filters(WORD, { message: 'Input could not be processed' })],
      steps: [{ say: `say ${WORD}` }, { say: 'hello' }, { say: 'and again' }],
      answers: [{ status: 'failed', message: /could not be processed/ }, 'Hello!', 'Hello!'],
    },
    {
      name: 'does not hide the words before it from the model',
      ...{ on: ['openai-compatible', 'openai'], ways: ['chat'], rules: [filters(WORD, { code: 'content_filter' })] },
      steps: [{ say: 'my name is Ada' }, { say: `say ${WORD}` }, { say: 'hello' }],
      answers: ['Hello!', { status: 'failed' }, 'Hello!'],
      check: ({ last }) => expect(JSON.stringify(last.body)).toContain('my name is Ada'),
    },
  ],
});
