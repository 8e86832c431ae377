import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { messageOf } from '../common/domain.error';
import { Environment } from '../config/environment';
import { GatewayAddress, lineOf, runChecks } from './check-run';
import { OwnGateway } from './own-gateway';

const USAGE = `npm run gateway:check -- --backend ID [--url http://127.0.0.1:8000/v1 --key KEY]

Makes some small real calls to a backend of llm_backends.yaml, or to one of its models (ID/NAME), and prints what works. They go
through a gateway that is started for them, with the keys of the environment and of .env; with --url through one that runs.

  works    the answer is what was asked for
  no       there is an answer, and it is another
  failed   there is none; the exit code is 1 then
  skipped  the file says that the model cannot`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** @returns whether nothing has failed. */
async function check(address: GatewayAddress, backend: string): Promise<boolean> {
  say(`${backend}, through ${address.baseURL}\n`);
  const results = await runChecks(address, backend, (result) => say(lineOf(result)));
  const count = (outcome: string): number => results.filter((result) => result.outcome === outcome).length;
  say(`\n${count('works')} of ${results.length} work, ${count('failed')} failed.`);
  return count('failed') === 0;
}

async function main(): Promise<boolean> {
  const options = { backend: { type: 'string' }, url: { type: 'string' }, key: { type: 'string' } } as const;
  const { backend, url, key = 'none' } = parseArgs({ options }).values;
  if (backend === undefined) throw new Error(`--backend is missing\n\n${USAGE}`);
  if (url !== undefined) return check({ baseURL: url, apiKey: key }, backend);
  const gateway = await OwnGateway.start(Environment.load());
  try {
    return await check(gateway.address, backend);
  } finally {
    await gateway.stop();
  }
}

main().then(
  (isGood) => process.exit(isGood ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  },
);
