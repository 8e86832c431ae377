import { ApiProperty } from '@nestjs/swagger';
import type { AuthorDto } from '../access/author.dto';
import { ERASED_OWNER, SERVICE_OWNER } from '../auth/principal';

export const OWNER_KINDS = ['user', 'service', 'erased'] as const;
export type OwnerKind = (typeof OWNER_KINDS)[number];

/** Whose a gateway key is, or a call was. */
export class OwnerDto {
  /** `service`: the service's own; `erased`: of users who were erased, all together. */
  @ApiProperty({ enum: OWNER_KINDS })
  kind: OwnerKind;
  /** Id of the user; `~service` and `~erased` for those who are none. @example ada */
  id: string;
  /** @example Ada Lovelace */
  displayName: string;
}

/** @param names of users, by their ids */
export function toOwnerDto(id: string, names: ReadonlyMap<string, AuthorDto>): OwnerDto {
  return { kind: kindOf(id), id, displayName: names.get(id)?.displayName ?? id };
}

function kindOf(id: string): OwnerKind {
  if (id === SERVICE_OWNER) return 'service';
  return id === ERASED_OWNER ? 'erased' : 'user';
}
