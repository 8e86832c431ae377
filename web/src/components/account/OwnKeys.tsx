import { t } from '../../languages/text';
import { Rows, Section } from '../shell/Page';
import { KeyFacts } from '../usage/KeyFacts';
import { useOwnKeys } from './use-own-keys';

/** The gateway keys that spend what one may use; administrators make and revoke them. */
export function OwnKeys() {
  const list = useOwnKeys();
  return (
    <Section
      title={t('Gateway keys')}
      text={t('What is asked with them counts as yours. An administrator makes and revokes them.')}
    >
      <Rows list={list} keyOf={({ id }) => id} nothing={t('There is none.')}>
        {(key) => <KeyFacts gatewayKey={key} />}
      </Rows>
    </Section>
  );
}
