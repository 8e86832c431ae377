import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { now } from '../../common/clock';
import { conflict, DomainError } from '../../common/domain.error';
import { newId } from '../../common/ids';
import { SignInConfig } from '../../config/sign-in.config';
import { Database } from '../../database/database';
import type { WriteTransaction } from '../../database/write-transaction';
import { Role } from '../principal';
import { hashOfSecret, newSecret } from '../secret';
import { AccountLinkEntity, LinkPurpose } from './account-link.entity';

/** Links that wait for whoever was given them. */
const MAX_LINKS = 1_000;

/** What a link is for. */
export interface NewLink {
  readonly purpose: LinkPurpose;
  readonly userId?: string;
  readonly login?: string;
  readonly role?: Role;
}

/** The links by which accounts are made and passwords set; each can be used once, for some time. */
@Injectable()
export class AccountLinks {
  constructor(
    private readonly database: Database,
    private readonly config: SignInConfig,
  ) {}

  /**
   * An earlier link for the same is good for nothing from here.
   *
   * @returns the code in the link, which is known to nobody else
   * @throws DomainError 409 `too_many_links`
   */
  async create({ purpose, userId = null as never, login = null as never, role = 'member' }: NewLink): Promise<{
    code: string;
    link: AccountLinkEntity;
  }> {
    const code = newSecret();
    const expiresAt = new Date(Date.now() + this.config.accountLinkHours * 3_600_000).toISOString();
    const link: AccountLinkEntity = {
      ...{ id: newId(), hash: hashOfSecret(code), purpose, userId, login, role, createdAt: now(), expiresAt },
    };
    await this.database.write(async (tx) => {
      await tx.delete(AccountLinkEntity, { expiresAt: LessThan(now()) });
      if (purpose === 'first-admin') await tx.delete(AccountLinkEntity, { purpose });
      if (link.userId !== null) await tx.delete(AccountLinkEntity, { userId: link.userId });
      if ((await tx.countBy(AccountLinkEntity, {})) >= MAX_LINKS) {
        throw conflict('too_many_links', `At most ${MAX_LINKS} links wait to be used.`);
      }
      await tx.insert(AccountLinkEntity, link);
    });
    return { code, link };
  }

  /** @throws DomainError 410 `link_not_usable` for one that is unknown, used or too old */
  async find(code: string): Promise<AccountLinkEntity> {
    const link = await this.database.read.findOneBy(AccountLinkEntity, { hash: hashOfSecret(code) });
    if (link === null || Date.parse(link.expiresAt) <= Date.now()) throw notUsable();
    return link;
  }

  /** In the transaction of what it is used for: of two who use it at once, one does. @throws DomainError as `find` */
  async use(tx: WriteTransaction, { id }: AccountLinkEntity): Promise<void> {
    const { affected } = await tx.delete(AccountLinkEntity, { id });
    if (affected !== 1) throw notUsable();
  }
}

const notUsable = (): DomainError =>
  new DomainError(410, 'link_not_usable', 'This link has been used, or is too old. Ask an administrator for another.');
