/**
 * Loaded into the built service: callers are the users that their bearer token names, `key-of-<user>`; those without one
 * are the default user, as ever. Users have rows from the start.
 */
import 'reflect-metadata';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Authenticator } = require('../../../dist/src/auth/authenticator.js');
const { NoAuthentication } = require('../../../dist/src/auth/no-authentication.js');
const { newUser, UserEntity } = require('../../../dist/src/auth/user.entity.js');
const { onModuleInit } = Authenticator.prototype;
const { identify } = NoAuthentication.prototype;

Authenticator.prototype.onModuleInit = async function () {
  await onModuleInit.call(this);
  await this.users.database.write(async (tx) => {
    for (const id of process.env.CHAOS_USERS.split(' ')) {
      const known = await tx.existsBy(UserEntity, { id });
      if (!known) await tx.insert(UserEntity, newUser({ id, displayName: id, createdAt: new Date().toISOString() }));
    }
  });
};

NoAuthentication.prototype.identify = function ({ bearer } = {}) {
  const [, id] = /^key-of-(\w+)$/.exec(bearer ?? '') ?? [];
  return id === undefined ? identify.call(this) : { id, displayName: id, role: 'member', isAdmin: false, via: 'token' };
};
