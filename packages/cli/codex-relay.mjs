#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Bridge } from './bridge.mjs';

const USAGE = `Usage: codex-relay acp --url https://relay.example [--token-file FILE]

Speaks the Agent Client Protocol on stdin and stdout for an editor, with the service at --url.
The token of a user is read from --token-file, or from the variable CODEX_RELAY_TOKEN; none where nobody signs in.
`;

/** Ends the program; nothing but the protocol goes to stdout. */
function fail(message, code = 2) {
  process.stderr.write(`codex-relay: ${message}\n`);
  process.exit(code);
}

function settings() {
  let parsed;
  try {
    const options = { url: { type: 'string' }, 'token-file': { type: 'string' }, help: { type: 'boolean' } };
    parsed = parseArgs({ allowPositionals: true, options });
  } catch (error) {
    fail(`${error.message}\n\n${USAGE}`);
  }
  const { values, positionals } = parsed;
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  if (positionals.length !== 1 || positionals[0] !== 'acp') fail(`the only command is "acp"\n\n${USAGE}`);
  return { url: addressOf(values.url ?? process.env.CODEX_RELAY_URL), token: tokenOf(values['token-file']) };
}

function addressOf(url) {
  if (url === undefined || !URL.canParse(url))
    fail('--url must be the address of the service, such as https://relay.example');
  const address = new URL(url);
  if (!['http:', 'https:'].includes(address.protocol)) fail('--url must begin with http:// or https://');
  if (address.username !== '' || address.password !== '' || address.search !== '') {
    fail('--url must hold no secret; put the token into CODEX_RELAY_TOKEN or a file');
  }
  address.protocol = address.protocol === 'http:' ? 'ws:' : 'wss:';
  address.pathname = `${address.pathname.replace(/\/+$/, '')}/acp`;
  return address.href;
}

function tokenOf(file) {
  if (file === undefined) return process.env.CODEX_RELAY_TOKEN?.trim() || undefined;
  try {
    return readFileSync(file, 'utf8').trim() || fail(`${file} is empty`);
  } catch (error) {
    return fail(`the token cannot be read: ${error.message}`);
  }
}

if (globalThis.WebSocket === undefined) fail(`Node.js 22.15 or newer is needed; this is ${process.version}`);
const bridge = new Bridge(settings(), {
  input: process.stdin,
  output: process.stdout,
  say: (text) => process.stderr.write(`codex-relay: ${text}\n`),
});
try {
  await bridge.run();
  process.exit(0);
} catch (error) {
  fail(error.message, 1);
}
