import { ExecutionContext } from '@nestjs/common';
import { DomainError } from '../common/domain.error';
import { AdminGuard } from './admin.guard';
import { DEFAULT_USER, User } from './user';

const contextOf = (user: User | undefined): ExecutionContext =>
  ({ switchToHttp: () => ({ getRequest: () => ({ user }) }) }) as unknown as ExecutionContext;

describe('AdminGuard', () => {
  const guard = new AdminGuard();

  it('lets in administrators, as the default user is one', () => {
    expect(guard.canActivate(contextOf(DEFAULT_USER))).toBe(true);
  });

  it('refuses everybody else', () => {
    for (const user of [{ id: 'alice', isAdmin: false }, undefined]) {
      expect(() => guard.canActivate(contextOf(user))).toThrow(DomainError);
    }
  });
});
