import type { Namespace } from 'socket.io';
import type { ComponentLogger } from '../common/logger';
import { openSockets } from '../common/metrics';
import { refuseUnknownCalls } from './acknowledgement';
import type { CallPermissions } from './call-permissions';
import { SlowClients } from './slow-clients';
import type { AdmittedSocket, SocketAdmission } from './socket-admission';

interface NamespaceTerms {
  readonly admission: SocketAdmission;
  readonly permissions: CallPermissions;
  readonly logger: ComponentLogger;
}

/**
 * What holds for every namespace: its connections are admitted and counted, their calls need permissions, and a call that there is
 * not is refused. @returns who cuts off its slow clients, to be stopped with it
 */
export function servedNamespace(namespace: Namespace, { admission, permissions, logger }: NamespaceTerms): SlowClients {
  namespace.use(admission.admit);
  namespace.on('connection', (socket: AdmittedSocket) => {
    openSockets.inc();
    socket.once('disconnect', () => openSockets.dec());
    permissions.guard(socket);
    refuseUnknownCalls(socket);
  });
  return new SlowClients(namespace, logger);
}
