import { t } from '../languages/text';

/** "Firefox on Linux": the usual browsers by name, as all of them say that they are Mozilla; else what it says. Undefined: nothing. */
export function browserName(agent: string): string | undefined {
  const name = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'].find((each) => agent.includes(each));
  const system = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS', 'Linux'].find((each) => agent.includes(each));
  const known = { Edg: 'Edge', OPR: 'Opera' }[name ?? ''] ?? name;
  if (!known) return agent || undefined;
  return system ? t('{{browser}} on {{system}}', { browser: known, system }) : known;
}
