import type { ShippedKind } from './shipped-kind';
import { UNIT_ACTIVE, UNIT_START, UNIT_STEADY, UNIT_STOP, UNIT_STOPPED } from './steps';

/** Also what a component with a unit gets when neither Patchtide nor the policy knows its kind. */
export const SYSTEMD: ShippedKind = {
  title: 'systemd unit',
  unit: 'required',
  attributes: [],
  phases: {
    stop: [UNIT_STOP],
    verifyStopped: [UNIT_STOPPED],
    start: [UNIT_START],
    verifyStarted: [UNIT_STEADY],
    probe: [UNIT_ACTIVE],
  },
};
