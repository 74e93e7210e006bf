/** The design's words that appear on the wire, with the patterns of the ids that name things. */

export const ACTIONS = [
  'MUTE',
  'HOLD',
  'STOP',
  'PATCH',
  'REBOOT',
  'VERIFY',
  'START',
  'RELEASE',
  'UNMUTE',
  'MANUAL',
  'CHECK',
] as const;
export type Action = (typeof ACTIONS)[number];

/** Ids become path elements on hosts, subject tokens and URL segments, so they are narrow on purpose. */
export const CAMPAIGN_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
export const CI_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
export const JOB_ID = /^[a-z]{3,8}-[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
/** A condition of the business, as the policy's gates name it. */
export const CONDITION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
export const ATTEMPT_ID =
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}\/[a-z]{3,8}-[A-Za-z0-9][A-Za-z0-9._-]{0,127}\/[1-9][0-9]{0,5}$/;
