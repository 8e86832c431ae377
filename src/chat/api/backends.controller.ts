import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../../auth/authorized.decorator';
import { BackendRegistry } from '../../gateway/catalog/backend-registry';
import { BackendDto, toBackendDto } from '../dto/backend.dto';
import { PageOf } from '../dto/page.dto';

class BackendPage extends PageOf(BackendDto) {}

@ApiTags('backends')
@Controller('api/v1/backends')
export class BackendsController {
  constructor(private readonly backends: BackendRegistry) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List the model backends that a chat can use, and their models' })
  @ApiOkResponse({ type: BackendPage })
  list(): BackendPage {
    const defaultId = this.backends.default.id;
    const data = this.backends.list().map((backend) => toBackendDto(backend, backend.id === defaultId));
    return { data, nextCursor: null };
  }
}
