/** All that a stream has. */
export async function bytesOfStream(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Bytes that are there, for whoever reads a stream. */
export async function* streamOfBytes(bytes: Buffer): AsyncGenerator<Uint8Array, void, void> {
  yield await Promise.resolve(bytes);
}
