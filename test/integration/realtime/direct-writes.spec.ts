import { Server } from 'socket.io';
import { Workarounds } from '../../../src/common/workarounds';
import { WorkaroundConfig, WorkaroundMode } from '../../../src/config/workaround.config';
import { DirectSocketWrites, tryDirectWrites } from '../../../src/realtime/direct-writes';
import { silent } from '../app-server/support/pool-fixture';

describe('direct socket writes, at the start of the service', () => {
  afterEach(() => jest.restoreAllMocks());

  const settled = async (directSocketWrites: WorkaroundMode) => {
    const workarounds = new Workarounds(silent);
    const config = Object.assign(new WorkaroundConfig(), { directSocketWrites });
    const namespace = new Server().of('/chat');
    const direct = new DirectSocketWrites(config, workarounds);
    direct.attach(namespace);
    const encode: unknown = Reflect.get(namespace.adapter, '_encode');
    await direct.onModuleInit();
    const [state] = workarounds.list();
    return { ...state, isPatched: Reflect.get(namespace.adapter, '_encode') !== encode };
  };

  /** A Socket.IO that encodes no frame beforehand. */
  const withoutFrames = (): void => {
    const { adapter } = new Server().of('/');
    const prototype = Object.getPrototypeOf(adapter) as { _encode: (packet: unknown, options: object) => unknown };
    const encode = prototype._encode;
    jest.spyOn(prototype, '_encode').mockImplementation(function (this: unknown, packet, options) {
      const encoded = encode.call(this, packet, options);
      Reflect.deleteProperty(options, 'wsPreEncodedFrame');
      return encoded;
    });
  };

  it('are active with the libraries that are installed', async () => {
    expect(await tryDirectWrites()).toEqual({ active: true });
    expect(await settled('required')).toMatchObject({ active: true, isPatched: true });
  });

  it('leave everything to the library where they are off', async () => {
    expect(await settled('off')).toMatchObject({ active: false, isPatched: false });
  });

  it('say why not, or do not start the service, where Socket.IO is made in another way', async () => {
    withoutFrames();
    const { active, problem, isPatched } = await settled('auto');
    expect([active, isPatched]).toEqual([false, false]);
    expect(problem).toMatch(/^broadcasts go the long way through Socket.IO.*: /);
    await expect(settled('required')).rejects.toThrow('DIRECT_SOCKET_WRITES is "required", but');
  });
});
