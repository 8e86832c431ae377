import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../common/api-problems.decorator';
import { ProviderKeyDto, SetProviderKeyDto } from './provider-key.dto';
import { ProviderSettings } from './provider-settings';

@ApiTags('settings')
@Controller('api/v1/settings/providers/:id/key')
export class ProviderKeysController {
  constructor(private readonly settings: ProviderSettings) {}

  @Authorized('admin')
  @Get()
  @ApiOperation({
    summary: 'Say which key of a provider is in force, without the key: its last four characters and when it was set',
    description: '`id` is that of a backend in `llm_backends.yaml`, or of a further deployment of it (`backend#2`).',
  })
  @ApiOkResponse({ type: ProviderKeyDto })
  @ApiProblems({ 403: ['admin_only'], 404: ['provider_not_found'] })
  get(@Param('id') id: string): ProviderKeyDto {
    return this.settings.view(id);
  }

  @Authorized('admin')
  @Put()
  @ApiOperation({
    summary: 'Store the key of a provider, encrypted',
    description: 'It goes before the one of the environment, from the next call on. Needs `ENCRYPTION_KEY`.',
  })
  @ApiOkResponse({ type: ProviderKeyDto })
  @ApiBodyProblems({
    400: ['validation_failed'],
    403: ['admin_only'],
    404: ['provider_not_found'],
    409: ['encryption_key_missing', 'provider_takes_no_key'],
    503: ['storage_unavailable'],
  })
  set(@CurrentUser() user: User, @Param('id') id: string, @Body() { key }: SetProviderKeyDto): Promise<ProviderKeyDto> {
    return this.settings.set(user, id, key);
  }

  @Authorized('admin')
  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Forget the stored key of a provider; the one of the environment counts again' })
  @ApiNoContentResponse()
  @ApiChangeProblems({
    403: ['admin_only'],
    404: ['provider_not_found', 'provider_key_not_found'],
    503: ['storage_unavailable'],
  })
  delete(@Param('id') id: string): Promise<void> {
    return this.settings.delete(id);
  }
}
