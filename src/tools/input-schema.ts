import { createContext, Script } from 'node:vm';
import { z } from 'zod';
import { schemaFault } from './schema-fault';

/** What a check may take: a pattern may take hours for a text that was made for it, and meanwhile the service does nothing else. */
const CHECK_MS = 250;

/** The input of a tool, as its schema has it. */
export class InputSchema {
  private readonly schema: z.ZodType;

  /** @throws Error in words where the schema is none, not that of an object, or one that codex would refuse */
  constructor(readonly json: Readonly<Record<string, unknown>>) {
    if (json.type !== 'object') throw new Error('the schema must be one of an object ("type": "object")');
    const fault = schemaFault(json);
    if (fault !== undefined) throw new Error(`it ${fault}`);
    this.schema = z.fromJSONSchema(json);
  }

  /** What is wrong with an input, a line each, for the model; undefined when nothing is. Takes a quarter of a second at most. */
  faultOf(input: unknown): string | undefined {
    try {
      return inTime(() => {
        const { error } = this.schema.safeParse(input);
        return error && z.prettifyError(error);
      });
    } catch {
      // Also where it is nested more deeply than a stack goes.
      return 'it cannot be checked: it is too long, or nested too deeply';
    }
  }
}

const bounds = createContext({ work: undefined as unknown });
const CALL = new Script('work()');

/** Node ends what runs for too long, a regular expression included, in scripts alone. @throws Error where it was ended */
function inTime<T>(work: () => T): T {
  bounds.work = work;
  try {
    return CALL.runInContext(bounds, { timeout: CHECK_MS }) as T;
  } finally {
    bounds.work = undefined;
  }
}
