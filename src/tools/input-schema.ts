import { z } from 'zod';
import { schemaFault } from './schema-fault';

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

  /** What is wrong with an input, a line each, for the model; undefined when nothing is. */
  faultOf(input: unknown): string | undefined {
    const { error } = this.schema.safeParse(input);
    return error && z.prettifyError(error);
  }
}
