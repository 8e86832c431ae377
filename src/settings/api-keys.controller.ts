import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../common/api-problems.decorator';
import { OfContract } from '../contracts/contract.decorator';
import { ApiKeysDto, ApiKeyStatusDto, SetApiKeyDto, toApiKeyStatus } from './api-key.dto';
import { ProviderSettings } from './provider-settings';

/** The keys of the providers in the words of the contract `chat-sessions`; the same as at `/settings/providers`. */
@ApiTags('settings')
@OfContract('chat-sessions')
@Controller('api/v1/settings')
export class ApiKeysController {
  constructor(private readonly settings: ProviderSettings) {}

  @Authorized('admin')
  @Get()
  @ApiOperation({ summary: 'Say which providers have a key, without the keys' })
  @ApiOkResponse({ type: ApiKeysDto })
  @ApiProblems({ 403: ['admin_only'], 404: ['contract_disabled'] })
  overview(): ApiKeysDto {
    return { api_keys: this.settings.list().map(toApiKeyStatus) };
  }

  @Authorized('admin')
  @Get('api-keys')
  @ApiOperation({
    summary: 'Say which providers have a key, without the keys',
    description: 'The same as `/settings`.',
  })
  @ApiOkResponse({ type: ApiKeysDto })
  @ApiProblems({ 403: ['admin_only'], 404: ['contract_disabled'] })
  list(): ApiKeysDto {
    return this.overview();
  }

  @Authorized('admin')
  @Post('api-keys')
  @HttpCode(200)
  @ApiOperation({ summary: 'Store the key of a provider, encrypted', description: 'Needs `ENCRYPTION_KEY`.' })
  @ApiOkResponse({ type: ApiKeyStatusDto })
  @ApiBodyProblems({
    400: ['validation_failed'],
    403: ['admin_only'],
    404: ['contract_disabled', 'provider_not_found'],
    409: ['encryption_key_missing', 'provider_takes_no_key'],
    503: ['storage_unavailable'],
  })
  async set(@CurrentUser() user: User, @Body() input: SetApiKeyDto): Promise<ApiKeyStatusDto> {
    return toApiKeyStatus(await this.settings.set(user, input.provider, input.api_key));
  }

  @Authorized('admin')
  @Delete('api-keys/:id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Forget the stored key of a provider; the one of the environment counts again' })
  @ApiNoContentResponse()
  @ApiChangeProblems({
    403: ['admin_only'],
    404: ['contract_disabled', 'provider_not_found', 'provider_key_not_found'],
    503: ['storage_unavailable'],
  })
  delete(@Param('id') id: string): Promise<void> {
    return this.settings.delete(id);
  }
}
