export {
  type Format,
  type LandscapeOptions,
  type LoadFailure,
  type LoadOptions,
  type LoadedDocument,
  loadDocument,
  loadLandscape,
} from './load-landscape';
export { withCalendars } from './policy-calendars';
export { type Locate, type Position, withPositions } from './position';
