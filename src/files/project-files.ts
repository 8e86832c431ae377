import { Injectable, OnModuleInit } from '@nestjs/common';
import { Access } from '../access/access';
import { AuditLog } from '../access/audit/audit-log';
import { Authors } from '../access/authors';
import { StorageRoom } from '../access/limits/storage-room';
import { User } from '../auth/user';
import { now } from '../common/clock';
import { Exchange } from '../common/content-answer';
import { conflict, DomainError, invalid, notFound } from '../common/domain.error';
import { fileNameOf } from '../common/file-name';
import { isId, newId } from '../common/ids';
import { receiveForm } from '../common/multipart';
import { UploadCount } from '../common/upload-count';
import { UploadConfig } from '../config/upload.config';
import { Database } from '../database/database';
import { Page, PageRequest, readNewest } from '../database/page';
import { insert } from '../database/rows';
import { isUniqueViolation } from '../database/storage-fault';
import { Blobs, FoundBlob } from '../storage/blobs';
import { fileTooLarge, storeUpload } from '../storage/upload';
import { VirusScan } from '../storage/virus-scan';
import { ProjectFileDto } from './project-file.dto';
import { ProjectFileEntity } from './project-file.entity';

const MIB = 1024 * 1024;
const MAX_FIELD_BYTES = 16 * 1024;

/** The files of projects: blobs, by names of which each is there once in its project. */
@Injectable()
export class ProjectFiles implements OnModuleInit {
  /** Looked at with each turn: most projects have none. */
  private readonly projectsWithFiles = new Set<string>();
  private readonly count = new UploadCount();

  constructor(
    private readonly database: Database,
    private readonly blobs: Blobs,
    private readonly scan: VirusScan,
    private readonly room: StorageRoom,
    private readonly config: UploadConfig,
    private readonly access: Access,
    private readonly authors: Authors,
    private readonly audit: AuditLog,
  ) {}

  async onModuleInit(): Promise<void> {
    const rows: { id: string }[] = await this.database.read.query(
      'SELECT DISTINCT "project_id" AS "id" FROM "project_files"',
    );
    for (const { id } of rows) this.projectsWithFiles.add(id);
  }

  mayHaveFiles(projectId: string): boolean {
    return this.projectsWithFiles.has(projectId);
  }

  /**
   * Takes the files of a form into a project: all of them, or none.
   *
   * @throws DomainError `project_not_found`, `read_only`, `file_exists`, `invalid_file_name`, `too_many_files`, `file_too_large`,
   * `file_infected`, `file_not_scanned`, `scanner_unavailable`, `limit_reached`, `too_many_uploads`, `storage_low`,
   * `blob_store_unavailable`, `storage_unavailable`; those of a form
   */
  async upload(user: User, projectId: string, exchange: Exchange, overwrite: boolean): Promise<ProjectFileDto[]> {
    return this.count.run(user.id, exchange, async () => {
      await this.access.requireProject(user, projectId, 'write');
      const files = await this.receive(user, projectId, exchange);
      await this.store(projectId, files, overwrite);
      const detail = { projectId, files: files.length };
      const target = { kind: 'project', id: projectId };
      this.audit.record({ action: 'project_files.uploaded', by: user, target, detail });
      return this.views(files);
    });
  }

  /** Newest first. @throws DomainError `project_not_found`, `invalid_cursor` */
  async list(user: User, projectId: string, request: PageRequest): Promise<Page<ProjectFileDto>> {
    await this.access.requireProject(user, projectId, 'read');
    const query = this.database.read
      .createQueryBuilder(ProjectFileEntity, 'file')
      .where('file.projectId = :projectId', { projectId });
    const page = await readNewest(query, request);
    return { ...page, data: await this.views(page.data) };
  }

  /** @throws DomainError `file_not_found`, also for one of a project that the user may not see */
  async find(user: User, id: string): Promise<FoundBlob> {
    const file = await this.visible(user, id, 'read');
    return this.blobs.findStored(file.blobId, { mediaType: file.mediaType, fileName: file.name });
  }

  /** @throws DomainError `file_not_found`, `read_only` */
  async remove(user: User, id: string): Promise<void> {
    const file = await this.visible(user, id, 'write');
    await this.database.write((tx) => tx.delete(ProjectFileEntity, { id }));
    const detail = { projectId: file.projectId, name: file.name };
    this.audit.record({ action: 'project_file.deleted', by: user, target: { kind: 'file', id }, detail });
  }

  /** All of a project, by their names. */
  all(projectId: string): Promise<ProjectFileEntity[]> {
    return this.database.read.find(ProjectFileEntity, { where: { projectId }, order: { name: 'ASC' } });
  }

  /** What an agent is given. @throws DomainError `blob_not_found`, BlobMissingError, BlobStoreUnavailableError */
  async content({ blobId, mediaType, name }: ProjectFileEntity): Promise<AsyncIterable<Uint8Array>> {
    return this.blobs.read(await this.blobs.findStored(blobId, { mediaType, fileName: name }));
  }

  private async receive(user: User, projectId: string, exchange: Exchange): Promise<ProjectFileEntity[]> {
    const { fileMaxMb, filesMax } = this.config;
    const maxBytes = fileMaxMb * MIB;
    const room = await this.room.of(user.id, projectId);
    const form = await receiveForm(exchange, { maxFiles: filesMax, maxFieldBytes: MAX_FIELD_BYTES }, async (file) => {
      const name = fileNameOf(file.fileName);
      const stored = await storeUpload({ blobs: this.blobs, scan: this.scan }, room.metered(file.content), {
        ...{ userId: user.id, maxBytes, tooLarge: () => fileTooLarge(maxBytes) },
      });
      const { id: blobId, size, sha256, mediaType } = stored;
      return { id: newId(), projectId, userId: user.id, blobId, name, mediaType, size, sha256, createdAt: now() };
    });
    if (form.files.length === 0) throw invalid('invalid_body', 'The form has no file.');
    return [...form.files];
  }

  private async store(projectId: string, files: readonly ProjectFileEntity[], overwrite: boolean): Promise<void> {
    const { projectFilesMax } = this.config;
    const kept = this.blobs.keep(files.map(({ blobId }) => blobId));
    // Before: whoever looks afterwards sees them.
    this.projectsWithFiles.add(projectId);
    try {
      await this.database.write(async (tx) => {
        await kept(tx);
        for (const { name } of overwrite ? files : []) await tx.delete(ProjectFileEntity, { projectId, name });
        await insert(ProjectFileEntity, files)(tx);
        const [row] = await tx.all('SELECT COUNT(*) AS "count" FROM "project_files" WHERE "project_id" = $1', [
          projectId,
        ]);
        if (projectFilesMax > 0 && Number(row?.count) > projectFilesMax) throw tooMany(projectFilesMax);
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw EXISTS;
      throw error;
    }
  }

  private async visible(user: User, id: string, level: 'read' | 'write'): Promise<ProjectFileEntity> {
    const file = isId(id) ? await this.database.read.findOneBy(ProjectFileEntity, { id }) : null;
    if (file === null) throw notFound('file', id);
    await this.access.requireProject(user, file.projectId, level).catch((error: unknown) => {
      throw error instanceof DomainError && error.status === 404 ? notFound('file', id) : error;
    });
    return file;
  }

  private async views(files: readonly ProjectFileEntity[]): Promise<ProjectFileDto[]> {
    const authors = await this.authors.of(files.map(({ userId }) => userId));
    return files.map(({ id, projectId, name, mediaType, size, sha256, createdAt, userId }) => {
      const uploadedBy = authors.get(userId ?? '') ?? null;
      const url = `/api/v1/files/${id}/download`;
      return { id, projectId, name, mediaType, size, sha256, uploadedBy, createdAt, url };
    });
  }
}

const EXISTS = conflict(
  'file_exists',
  'The project has a file of this name already, or the form has two: ask with overwrite=true to replace it.',
);
const tooMany = (max: number): DomainError =>
  conflict('too_many_files', `A project may have ${max} files (PROJECT_FILES_MAX); delete what is not needed.`);
