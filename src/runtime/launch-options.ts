import { KEY_VARIABLE, Variables } from './child-environment';

export interface LaunchSettings {
  /** The gateway's address. */
  readonly baseUrl: string;
  /** File that lists the models; null until one was written. */
  readonly catalogFile: string | null;
  /** Variables of the agent's commands, and no others. */
  readonly commandVariables: Variables;
  /** Whether each chat's sandbox has a /tmp of its own; else codex lets all of them write the machine's. */
  readonly hasOwnTmp: boolean;
  /** Whether the model may look at image files, of which codex opens any that its process sees. */
  readonly opensImages: boolean;
  /** Milliseconds of silence after which codex gives a model's stream up. */
  readonly streamIdleTimeoutMs: number;
}

const PROVIDER = 'codex-relay';

/**
 * Features that are switched off: quirk `shell-snapshot`, quirk `skill-search`, quirk `connection-retries`, quirk `goals`
 * and quirk `multi-agent` say why.
 */
const DISABLED = ['shell_snapshot', 'skill_search', 'unbounded_connection_retries', 'goals', 'multi_agent'];

const IMAGES = 'view_image';

/** Arguments of `codex` that start an app-server as this service needs it. */
export function launchArguments(settings: LaunchSettings): string[] {
  return [
    'app-server',
    ...[...DISABLED, ...(settings.opensImages ? [] : [IMAGES])].flatMap((feature) => ['--disable', feature]),
    ...Object.entries(configOf(settings)).flatMap(([key, value]) => ['-c', `${key}=${toToml(value)}`]),
  ];
}

type ConfigValue = string | number | boolean | readonly ConfigValue[] | { readonly [key: string]: ConfigValue };

function configOf(settings: LaunchSettings): Record<string, ConfigValue> {
  return {
    model_provider: PROVIDER,
    [`model_providers.${PROVIDER}`]: providerOf(settings),
    ...(settings.catalogFile === null ? {} : { model_catalog_json: settings.catalogFile }),
    // Only OpenAI can serve the built-in tool.
    web_search: 'disabled',
    'tools.update_plan.enabled': true,
    // Skills that come with codex are for its own programs (quirk `bundled-skills`).
    'skills.bundled.enabled': false,
    // The service says which skills a chat has (quirk `found-skills`).
    'skills.include_instructions': false,
    // A workspace is a project of its own, whatever lies around the data: no instructions or skills from above it.
    project_root_markers: [],
    // A login shell replaces the PATH of the commands by that of /etc/profile.
    allow_login_shell: false,
    shell_environment_policy: { inherit: 'none', set: settings.commandVariables },
    ...(settings.hasOwnTmp && {
      sandbox_workspace_write: { exclude_slash_tmp: true, exclude_tmpdir_env_var: true },
    }),
    // The pool decides when a thread is unloaded; it then frees the thread's writer lock at once, for the next instance.
    thread_unload_delay_secs: 0,
    check_for_update_on_startup: false,
    'analytics.enabled': false,
    'feedback.enabled': false,
  };
}

/**
 * The gateway retries and reports by itself, so codex tries again only what breaks between the two of them: with these
 * numbers a turn whose gateway refuses connections fails after 1.5 s.
 */
function providerOf({ baseUrl, streamIdleTimeoutMs }: LaunchSettings): ConfigValue {
  return {
    name: PROVIDER,
    base_url: baseUrl,
    wire_api: 'responses',
    env_key: KEY_VARIABLE,
    request_max_retries: 1,
    stream_max_retries: 2,
    stream_idle_timeout_ms: streamIdleTimeoutMs,
  };
}

/** A value in TOML on one line. JSON's strings are TOML's basic strings, but for the escaped DEL. */
function toToml(value: ConfigValue): string {
  if (typeof value === 'string') return JSON.stringify(value).replaceAll('\u007f', '\\u007f');
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map(toToml).join(',')}]`;
  const fields = Object.entries(value).map(([key, field]) => `${toToml(key)}=${toToml(field)}`);
  return `{${fields.join(',')}}`;
}

const isList = (value: ConfigValue): value is readonly ConfigValue[] => Array.isArray(value);
