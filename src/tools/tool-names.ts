/** Names of the tools that come with the service. */
export const SERVICE_TOOLS = ['file_read', 'file_write', 'file_edit', 'bash', 'search', 'environment_setup'] as const;
