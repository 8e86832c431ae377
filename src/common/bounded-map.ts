/** A map that forgets: what was set longest ago goes when there is more than fits. Setting a key again renews it. */
export class BoundedMap<K, V> extends Map<K, V> {
  /** @param maxSize entries at most */
  constructor(private readonly maxSize: number) {
    super();
  }

  override set(key: K, value: V): this {
    this.delete(key);
    super.set(key, value);
    if (this.size <= this.maxSize) return this;
    const oldest = this.keys().next();
    if (!oldest.done) this.delete(oldest.value);
    return this;
  }
}
