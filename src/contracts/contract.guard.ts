import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { DomainError } from '../common/domain.error';
import { ContractConfig, type ContractName } from '../config/contract.config';

export const CONTRACT = 'contracts:name';

/** Answers for contracts that are switched off (`DISABLED_CONTRACTS`) as for paths that nothing is at. */
@Injectable()
export class ContractGuard implements CanActivate {
  constructor(
    private readonly config: ContractConfig,
    private readonly reflector: Reflector,
  ) {}

  /** @throws DomainError 404 `contract_disabled` */
  canActivate(context: ExecutionContext): boolean {
    const name = this.reflector.get<ContractName>(CONTRACT, context.getClass());
    if (this.config.disabled.includes(name)) throw contractDisabled(name);
    return true;
  }
}

export const contractDisabled = (name: ContractName): DomainError =>
  new DomainError(404, 'contract_disabled', `The operator has switched this off: ${name} is in DISABLED_CONTRACTS.`);
