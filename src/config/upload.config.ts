import { IsInt, IsString, Max, Min } from 'class-validator';
import { asNumber, Env } from './env.decorator';

/** What may be uploaded: to workspaces, to projects, with messages. */
export class UploadConfig {
  /** Largest file in MiB that may be uploaded to a workspace or a project. */
  @Env('UPLOAD_FILE_MAX_MB', asNumber)
  @IsInt()
  @Min(1)
  @Max(1_048_576)
  fileMaxMb = 4096;

  /** Files in one upload. */
  @Env('UPLOAD_FILES_MAX', asNumber)
  @IsInt()
  @Min(1)
  @Max(100_000)
  filesMax = 1000;

  /** Files of one project; 0: any number. */
  @Env('PROJECT_FILES_MAX', asNumber)
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  projectFilesMax = 5000;

  /** Files that one message may have, pictures among them. */
  @Env('ATTACHMENTS_MAX', asNumber)
  @IsInt()
  @Min(0)
  @Max(1000)
  attachmentsMax = 100;

  /** Largest file in MiB that a message may have. In a body of JSON it has to fit into its 16 MiB. */
  @Env('ATTACHMENT_MAX_MB', asNumber)
  @IsInt()
  @Min(1)
  @Max(4096)
  attachmentMaxMb = 50;

  /** Largest picture in MiB that the model is shown; a larger one is put into the workspace as any other file. */
  @Env('ATTACHMENT_PICTURE_MAX_MB', asNumber)
  @IsInt()
  @Min(1)
  @Max(100)
  pictureMaxMb = 10;

  /** Largest file of text in KiB that the model is given with the message; a larger one is put into the workspace. 0: all are. */
  @Env('ATTACHMENT_TEXT_MAX_KB', asNumber)
  @IsInt()
  @Min(0)
  @Max(512)
  textMaxKb = 64;

  /**
   * Where a `clamd` listens that looks at each file of a project and each attachment before it is stored: `host`, `host:port`
   * (3310 without one), or the path of its socket. Empty: none does. While it does not answer nothing is taken in.
   */
  @Env('CLAMD_HOST')
  @IsString()
  clamdHost = '';

  /** Seconds that it may take for one file. */
  @Env('CLAMD_TIMEOUT_SECONDS', asNumber)
  @IsInt()
  @Min(1)
  @Max(3600)
  clamdTimeoutSeconds = 60;
}
