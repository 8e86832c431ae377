import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import type { ContractName } from '../config/contract.config';
import { CONTRACT, ContractGuard } from './contract.guard';

/** The routes of a controller belong to a contract: where it is switched off they are not there. */
export const OfContract = (name: ContractName): ClassDecorator =>
  applyDecorators(SetMetadata(CONTRACT, name), UseGuards(ContractGuard));
