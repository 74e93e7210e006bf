import { FakeMonitoring } from './fake-monitoring';
import { monitoringContract } from './monitoring.contract';

monitoringContract('the fake', () => {
  const monitoring = new FakeMonitoring();
  return Promise.resolve({
    monitoring,
    loseNextAnswer: () => monitoring.fail('answer-lost'),
    restartWithoutData: () => Promise.resolve(monitoring.forget()),
    stop: () => Promise.resolve(),
  });
});
