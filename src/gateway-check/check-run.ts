import OpenAI from 'openai';
import { Check, CheckedModel, Finding, inShort } from './check';
import { FEATURE_CHECKS } from './feature-checks';
import { TEXT_CHECKS } from './text-checks';

const CHECKS: readonly Check[] = [...TEXT_CHECKS, ...FEATURE_CHECKS];
const DEADLINE_MS = 120_000;

/** A check with what it found. */
export interface CheckResult extends Finding {
  readonly name: string;
  readonly durationMs: number;
}

/** Where `/v1` is, and who asks. */
export interface GatewayAddress {
  readonly baseURL: string;
  readonly apiKey: string;
}

/** Makes all checks, one after the other. @param onResult called after each. @throws Error for a model that is not there */
export async function runChecks(
  address: GatewayAddress,
  name: string,
  onResult: (result: CheckResult) => void,
): Promise<CheckResult[]> {
  const model = await modelAt(new OpenAI({ ...address, maxRetries: 0, timeout: DEADLINE_MS }), name);
  const results: CheckResult[] = [];
  for (const check of CHECKS) {
    const startedMs = performance.now();
    const finding = await check.run(model).catch((error: unknown) => failed(error));
    const result = { name: check.name, durationMs: Math.round(performance.now() - startedMs), ...finding };
    results.push(result);
    onResult(result);
  }
  return results;
}

/** What the gateway says of a model beyond what OpenAI does. */
interface DescribedModel {
  readonly id: string;
  readonly input_modalities?: readonly string[];
  readonly reasoning_levels?: readonly string[] | null;
  readonly context_window?: number;
}

async function modelAt(client: OpenAI, name: string): Promise<CheckedModel> {
  const described: DescribedModel = await client.models.retrieve(name);
  const { input_modalities: modalities = ['text'], reasoning_levels: levels, context_window: window = 0 } = described;
  const efforts = (levels ?? []).filter((level) => level !== 'none');
  return { client, name, takesPictures: modalities.includes('image'), efforts, contextWindow: window };
}

function failed(error: unknown): Finding {
  const status = error instanceof OpenAI.APIError && error.status !== undefined ? `${error.status} ` : '';
  return { outcome: 'failed', note: inShort(error instanceof Error ? error.message : `${status}${String(error)}`) };
}

/** A line of the table. */
export const lineOf = ({ name, outcome, durationMs, note }: CheckResult): string =>
  `  ${outcome.padEnd(8)} ${name.padEnd(18)} ${`${durationMs} ms`.padStart(10)}   ${note}`.trimEnd();
