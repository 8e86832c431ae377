import { applyDecorators } from '@nestjs/common';
import { IsUrl, ValidateBy } from 'class-validator';

const FORM = { protocols: ['http', 'https'], require_protocol: true, require_tld: false, validate_length: false };

/** Some of what `IsUrl` lets pass is no address for Node, such as a host of IPv6 with a zone. */
const IsReadable = (): PropertyDecorator =>
  ValidateBy({
    name: 'isReadable',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && URL.canParse(value),
      defaultMessage: () => '$property must be an address such as https://host.example/path',
    },
  });

/** The address of a server over HTTP. @param disallow_auth refuses a user and a password in it */
export const IsWebAddress = (options: { disallow_auth?: boolean } = {}): PropertyDecorator =>
  applyDecorators(IsReadable(), IsUrl({ ...FORM, ...options }));
