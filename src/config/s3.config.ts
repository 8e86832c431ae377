import { IsInt, IsString, IsUrl, Max, Min, ValidateIf } from 'class-validator';
import { asNumber, Env, EnvSecret } from './env.decorator';

/** The bucket of `STORAGE_TYPE=s3`: Amazon's, or one of a service with the same API. */
export class S3Config {
  /** Name of the bucket, which must exist. */
  @Env('S3_BUCKET')
  @IsString()
  bucket = '';

  /** Its region. */
  @Env('S3_REGION')
  @IsString()
  region = 'us-east-1';

  /** Address of a service other than Amazon's, such as `http://minio:9000`; the bucket is then a part of the path. */
  @Env('S3_ENDPOINT')
  @ValidateIf(({ endpoint }: S3Config) => endpoint !== '')
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  endpoint = '';

  /** Empty: the role of the machine, or what else the AWS SDK finds. */
  @EnvSecret('AWS_ACCESS_KEY_ID')
  @IsString()
  accessKeyId = '';

  /** The secret of AWS_ACCESS_KEY_ID. */
  @EnvSecret('AWS_SECRET_ACCESS_KEY')
  @IsString()
  secretAccessKey = '';

  /** Of temporary credentials. */
  @EnvSecret('AWS_SESSION_TOKEN')
  @IsString()
  sessionToken = '';

  /** Seconds without a byte from the bucket, or to it, after which a request has failed. */
  @Env('S3_TIMEOUT_SECONDS', asNumber)
  @IsInt()
  @Min(1)
  @Max(600)
  timeoutSeconds = 20;
}
