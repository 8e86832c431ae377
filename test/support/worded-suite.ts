import type { RelayClient } from './relay-client';
import type { ScriptedModel } from './scripted-model';
import { RelayService, ServiceOptions } from './service';
import { startWordedModel } from './worded-model';

/** What a suite works with; there from its first test on. */
export interface WordedSuite {
  readonly model: ScriptedModel;
  readonly service: RelayService;
  readonly client: RelayClient;
}

/** Starts the built service on a worded model before the tests of the suite that calls this, and ends both after them. */
export function wordedSuite(options: Omit<ServiceOptions, 'modelUrl'> = {}): WordedSuite {
  let model: ScriptedModel;
  let service: RelayService;

  beforeAll(async () => {
    model = await startWordedModel();
    service = await RelayService.start({ modelUrl: model.url, ...options });
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
  });
  return {
    get model() {
      return model;
    },
    get service() {
      return service;
    },
    get client() {
      return service.client;
    },
  };
}
