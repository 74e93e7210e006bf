export { FAULT_KINDS, type FaultKind, parseFaults, type SimulatedFault } from './faults';
export { type Fleet, startFleet } from './fleet';
export type { FleetFiles } from './fleet-files';
export type { FleetOptions } from './fleet-options';
export type { AttemptTruth, Execution, Transition } from './host/truth';
export { demoFaults } from './landscape/demo-faults';
export { generateLandscape, type LandscapeOptions } from './landscape/generate-landscape';
