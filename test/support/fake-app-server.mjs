// An app-server for faults that the real one cannot be made to show. argv[2]: JSON of the faults
//   {hang: [methods], overloads: {method: times}, garbage: true, oversized: [methods], tornBy: method,
//    floodsBy: method whose answer 1,200 notifications about thread-1 follow,
//    lastWords: notifications about thread-2, after which it ends, on SIGUSR2,
//    spinsBy: method that makes it busy for ever, exitAtStart: true, immortal: true, says: a notification before each answer, asks: [server requests sent when a turn starts]}
import { createInterface } from 'node:readline';

const faults = JSON.parse(process.argv[2] ?? '{}');
const overloads = { ...faults.overloads };
let threads = 0;

if (faults.exitAtStart) process.exit(3);
if (faults.immortal) {
  process.on('SIGTERM', () => {});
  setInterval(() => {}, 1000);
}

const write = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const results = {
  initialize: () => ({ userAgent: 'fake', codexHome: '/', platformFamily: 'unix', platformOs: 'linux' }),
  'thread/start': () => ({ thread: { id: `thread-${(threads += 1)}` } }),
  'thread/resume': ({ threadId }) => ({ thread: { id: threadId } }),
  'turn/start': () => ({ turn: { id: 'turn-1', status: 'inProgress', items: [], error: null } }),
};

const warning = (threadId, number) =>
  `${JSON.stringify({ method: 'warning', params: { threadId, message: String(number) } })}\n`;
const say = (threadId, count, done) =>
  process.stdout.write(Array.from({ length: count }, (_, number) => warning(threadId, number)).join(''), done);
if (faults.lastWords) process.on('SIGUSR2', () => say('thread-2', faults.lastWords, () => process.exit(5)));

function receive({ id, method, params, result, error }) {
  if (method === undefined)
    return write({
      method: 'warning',
      params: { threadId: 'thread-1', message: JSON.stringify({ id, result, error }) },
    });
  if (faults.says) write(faults.says);
  if (id === undefined || faults.hang?.includes(method)) return;
  if (overloads[method] > 0) {
    overloads[method] -= 1;
    return write({ id, error: { code: -32001, message: 'Server overloaded; retry later' } });
  }
  if (faults.garbage) process.stdout.write('thread panicked at nothing\n{"half": \n\n[]\n"text"\n');
  if (faults.oversized?.includes(method)) return write({ id, result: { padding: 'x'.repeat(17 * 1024 * 1024) } });
  if (faults.spinsBy === method) for (;;);
  if (faults.tornBy === method) return process.stdout.write(`{"id":${id},"resu`, () => process.exit(4));
  write({ id, result: results[method]?.(params) ?? {} });
  if (faults.floodsBy === method) say('thread-1', 1_200);
  if (method === 'turn/start') for (const request of faults.asks ?? []) write(request);
}

const input = createInterface({ input: process.stdin });
input.on('line', (line) => receive(JSON.parse(line)));
input.on('close', () => {
  if (!faults.immortal) process.exit(0);
});
