export { examineAll, type RoundOptions } from './examine-all';
export { HostDoctor, type HostDoctorOptions } from './host-doctor';
export { parseClock } from './host-clock';
