import { Injectable } from '@nestjs/common';
import { hashOfSecret } from '../../auth/secret';
import { GATEWAY_KEY_PREFIX, isSameHash } from './gateway-key-secret';
import { GatewayKeyEntity } from './gateway-key.entity';
import { KeyAccount } from './key-account';

/** Every gateway key, in memory: a call waits for no database. */
@Injectable()
export class KeyAccounts {
  private readonly byHash = new Map<string, KeyAccount>();
  private readonly byId = new Map<string, KeyAccount>();

  get size(): number {
    return this.byId.size;
  }

  /** The account of a key as the client sends it. */
  find(key: string): KeyAccount | undefined {
    if (!key.startsWith(GATEWAY_KEY_PREFIX)) return undefined;
    const hash = hashOfSecret(key);
    const account = this.byHash.get(hash);
    return account !== undefined && isSameHash(account.key.keyHash, hash) ? account : undefined;
  }

  withId(id: string): KeyAccount | undefined {
    return this.byId.get(id);
  }

  /** Adds a key, or changes the one with its id. */
  put(row: GatewayKeyEntity): KeyAccount {
    const known = this.byId.get(row.id);
    known?.change(row);
    const account = known ?? new KeyAccount(row);
    this.byId.set(row.id, account);
    this.byHash.set(row.keyHash, account);
    return account;
  }

  remove({ id, keyHash }: GatewayKeyEntity): void {
    this.byId.delete(id);
    this.byHash.delete(keyHash);
  }
}
