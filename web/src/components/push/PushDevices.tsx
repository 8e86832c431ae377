import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { projectsApi } from '../../api/projects-api';
import { pushApi } from '../../api/push-api';
import type { Project, PushDevice } from '../../api/types';
import { onPushRegistration, pushRegistration } from '../../browser/push-registration';
import { t } from '../../languages/text';
import { usePaged } from '../../session/use-paged';
import { forgetThisBrowser } from '../../session/use-push';
import { Rows, Section } from '../shell/Page';
import { PushDeviceRow } from './PushDeviceRow';

/** What is sent arrives a moment later. */
const TEST_SHOWN_MS = 2_000;

/** One's browsers that are told while the page is closed: tried, removed, and told of projects. */
export function PushDevices() {
  const read = useCallback(() => pushApi.list(), []);
  const list = usePaged<PushDevice>(read);
  const projects = useProjects();
  const test = ({ id }: PushDevice): void => {
    list.change(pushApi.test(id).then(() => new Promise((resolve) => setTimeout(resolve, TEST_SHOWN_MS))));
  };
  const here = useSyncExternalStore(onPushRegistration, pushRegistration)?.device;
  return (
    <Section
      title={t('Notifications when the page is closed')}
      text={t(
        'Browsers that are told when a chat of yours waits for you or has ended. The bell above the list of chats adds this one.',
      )}
    >
      <Rows list={list} keyOf={({ id }) => id} nothing={t('No browser is told.')}>
        {(device) => (
          <PushDeviceRow
            device={device}
            isHere={device.id === here}
            projects={projects}
            onTest={() => test(device)}
            onRemove={() => list.change(device.id === here ? forgetThisBrowser() : pushApi.remove(device.id))}
            onProjects={(ids) => list.change(pushApi.choose(device.id, ids))}
          />
        )}
      </Rows>
    </Section>
  );
}

/** Those of which there can be chats of others. */
function useProjects(): readonly Project[] {
  const [projects, setProjects] = useState<readonly Project[]>([]);
  useEffect(() => {
    let isLeft = false;
    projectsApi.list({ limit: 200 }).then(
      ({ data }) => isLeft || setProjects(data.filter(({ personal }) => !personal)),
      () => undefined,
    );
    return () => {
      isLeft = true;
    };
  }, []);
  return projects;
}
