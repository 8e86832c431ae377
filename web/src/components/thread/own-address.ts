/** Of the message itself, or of this service: nothing is loaded from elsewhere. */
export const isOwnAddress = (url: string): boolean =>
  /^(?:data:image\/|api\/v1\/(?:shared\/[\w-]+\/)?blobs\/[\w-]+$)/.test(url);
