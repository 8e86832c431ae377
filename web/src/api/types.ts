import type { components } from './generated/schema';

/** The objects of the REST contract under this client's names. Times are ISO 8601 UTC strings. */
type Schemas = components['schemas'];

export type Usage = Schemas['TokenUsage'];
export type Chat = Schemas['ChatDto'];
export type SearchHit = Schemas['SearchHitDto'];
export type Turn = Schemas['TurnDto'];
export type TurnStatus = Turn['status'];
export type TurnMode = Turn['mode'];
export type Template = Schemas['TemplateDto'];
export type Terminal = Schemas['TerminalDto'];
export type FoundEntries = Schemas['FoundEntriesDto'];
export type TurnError = Schemas['TurnFailureDto'];
export type Message = Schemas['MessageDto'];
/** A part of a message on its way to the service: a picture is a data URL there. */
export type GivenContent = Schemas['TextPartDto'] | Schemas['ImageInputDto'] | Schemas['FileInputDto'];
export type PlanStep = Schemas['PlanStepDto'];
export type Backend = Schemas['BackendDto'];
/** The body of every refusal (RFC 9457). */
export type Problem = Schemas['Problem'];
export type Account = Schemas['AccountDto'];
export type BrowserSession = Schemas['SessionDto'];
export type UserToken = Schemas['UserTokenDto'];
export type CreatedUserToken = Schemas['CreatedUserTokenDto'];
export type NewUserToken = Schemas['CreateUserTokenDto'];
export type Webhook = Schemas['WebhookDto'];
export type CreatedWebhook = Schemas['WebhookWithSecretDto'];
export type NewWebhook = Schemas['CreateWebhookDto'];
export type WebhookDelivery = Schemas['WebhookDeliveryDto'];
export type PushSettings = Schemas['PushSettingsDto'];
export type PushDevice = Schemas['PushDeviceDto'];
export type Limit = Schemas['LimitDto'];
export type OwnApprovalRule = Schemas['OwnApprovalRuleDto'];
export type Project = Schemas['ProjectDto'];
export type Member = Schemas['MemberDto'];
export type ProjectRole = Member['role'];
export type Share = Schemas['ShareDto'];
export type CreatedShare = Schemas['CreatedShareDto'];
/** A chat as a link shows it. */
export type SharedState = Schemas['SharedStateDto'];
export type AdminUser = Schemas['AdminUserDto'];
export type LimitChanges = Schemas['UpdateLimitsDto'];
export type AccountLink = Schemas['AccountLinkDto'];
export type NewAccountLink = Schemas['CreateAccountLinkDto'];
export type AuditEntry = Schemas['AuditEntryDto'];
export type Pool = Schemas['PoolDto'];
export type PoolSession = Schemas['PoolSessionDto'];
export type AdminBackends = Schemas['AdminBackendsDto'];
export type PoolTransition = Schemas['PoolTransitionDto'];
export type BackendTest = Schemas['BackendTestDto'];
export type UsageSum = Schemas['UsageDto'];
export type GatewayKey = Schemas['GatewayKeyDto'];
export type CreatedGatewayKey = Schemas['CreatedGatewayKeyDto'];
export type NewGatewayKey = Schemas['CreateGatewayKeyDto'];
export type GatewayKeyChanges = Schemas['UpdateGatewayKeyDto'];
export type NewChat = Schemas['CreateChatDto'];
export type ChatChanges = Schemas['UpdateChatDto'];
export type BranchWithMessage = Schemas['BranchWithMessageDto'];
export type Restored = Schemas['RestoredDto'];
export type PostedMessage = Schemas['MessageAcceptedDto'];
export type SteeredMessage = Schemas['SteeredDto'];
export type QueueFate = NonNullable<Schemas['InterruptDto']['queue']>;
export type WorkspaceEntry = Schemas['WorkspaceEntryDto'];
export type Snapshot = Schemas['SnapshotDto'];
export type SnapshotDiff = Schemas['SnapshotDiffDto'];
export type ChatRepository = Schemas['ChatRepositoryDto'];
export type GitStatus = Schemas['GitStatusDto'];
export type GitDiff = Schemas['GitDiffDto'];
export type McpServer = Schemas['McpServerDto'];
export type NewMcpServer = Partial<Schemas['CreateMcpServerDto']> & { name: string; url: string };
export type McpServerChanges = Partial<Schemas['UpdateMcpServerDto']>;
export type McpState = Schemas['McpServerCheckDto'];
export type McpAuthorization = Schemas['McpAuthorizationDto'];
/** An MCP server as a chat has it. */
export type ChatMcpServer = Schemas['ChatMcpServerDto'];
export type TemplateContent = Schemas['ReplaceTemplateDto'];
export type Skill = Schemas['SkillDto'];
export type ProjectSkill = Schemas['ProjectSkillDto'];
export type SkillFile = Schemas['SkillFileDto'];
export type SkillContent = Schemas['CreateSkillDto'];
export type SkillChange = Schemas['UpdateSkillDto'];
export type Repository = Schemas['RepositoryDto'];
export type WantedRepository = Schemas['SetRepositoryDto'];
export type Attachment = Schemas['AttachmentUploadDto'];
export type ApprovalChoice = Schemas['ApprovalChoiceDto'];

/** A page of a chat's turns with all that they have brought, and what is open in the chat. */
export type ChatState = Schemas['ChatStateDto'];
export type TurnState = Schemas['TurnStateDto'];
export type DiffStat = Schemas['DiffStatDto'];

/** One step of the agent, by its `kind`. */
export type AgentAction = Schemas['AgentActionDto'];
export type CommandAction = Schemas['CommandAgentAction'];
export type FileChangeAction = Schemas['FileChangeAgentAction'];
export type FileChange = Schemas['FileChangeDto'];

/** A question of the agent to a person, by its `kind`. */
export type Approval = Schemas['ApprovalDto'];
export type CommandRequest = Schemas['CommandRequestDto'];
export type FileChangeRequest = Schemas['FileChangeRequestDto'];
export type ToolCallRequest = Schemas['ToolCallRequestDto'];
export type ChangedFile = Schemas['ChangedFileDto'];
export type PathTarget = Schemas['PathTargetDto'];
/** A text in which nothing is hidden, and where what cannot be seen stands in it. */
export type VisibleText = Schemas['VisibleTextDto'];
export type Question = Schemas['QuestionDto'];
/** A plain word, or an object whose one key names the decision. */
export type Decision = Schemas['AnswerApprovalDto']['decision'];
/** The answers to the questions of a `user_input` approval, by question id. */
export type Answers = NonNullable<Schemas['AnswerApprovalDto']['answers']>;

/** One entry of a chat's log, by its `type`; `seq` counts from 1 in each chat. */
export type ChatEvent = Schemas['EventDto'];
export type EventType = ChatEvent['type'];
export type EventOf<T extends EventType> = Extract<ChatEvent, { type: T }>;

export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}
