import { isEmail, ValidateBy } from 'class-validator';

/** The address of a mailbox. `IsEmail` throws a URIError for half of a surrogate pair. */
export const IsMailAddress = (): PropertyDecorator =>
  ValidateBy({
    name: 'isMailAddress',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && value.isWellFormed() && isEmail(value),
      defaultMessage: () => '$property must be an email address',
    },
  });
