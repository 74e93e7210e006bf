export { type ResolvedWindow, resolveWindow } from './calendar/resolve-window';
export { checkChange } from './check-change';
export { nextWindows } from './calendar/patch-tuesday';
export { inZone, isTimeZone } from './calendar/zone';
export { durationMs, parseDuration } from './duration';
export { toInstant, toMs } from './instant';
export { Rejected, unreachable } from './rejected';
export { checkEntries, checkLandscape } from './landscape/check-landscape';
export { indexLandscape, type LandscapeIndex } from './landscape/landscape-index';
export { driftBetween } from './landscape/drift';
export { completeLandscape, normalizeLandscape } from './landscape/normalize';
export { selectScope } from './landscape/scope';
export { attributeFaults } from './policy/kinds/attribute-faults';
export { SHIPPED_KINDS } from './policy/kinds/index';
export type { KindAttribute, ShippedKind } from './policy/kinds/shipped-kind';
export { checkPolicy, checkPolicyAgainst } from './policy/check-policy';
export type { CiSetting } from './policy/ci-setting';
export { type CiExplanation, explainCi } from './policy/explain-ci';
export { buildPlan, checkPlanInput, type PlanBody, type PlanInput, type PlanResult } from './plan/build-plan';
export { diffPlans, type PlanDiff } from './plan/diff-plans';
export { explainJob, type JobExplanation, type Link } from './plan/explain-job';
export { DIFFERENCES, type DifferenceKind, type PlanDifference } from './plan/plan-difference';
export type { Needs } from './plan/wait-reason';
export { indexPlan, type PlanIndex, waitingFor } from './plan/plan-index';
export { Limiter } from './plan/limiter';
export { schedule, type Schedule } from './plan/schedule';
export { kindOfWork, MIN_SAMPLES } from './forecast/past-durations';
export { whatIf, type WhatIf, type WhatIfAnswer, type WhatIfResult } from './forecast/what-if';
export type { CampaignCommand } from './campaign/commands';
export { conditionNames, conditionsOf, type ConditionView } from './campaign/conditions';
export { decide, handle } from './campaign/decide';
export { lastSafeMs, latestBeginMs } from './campaign/dispatch';
export { evolve, type Plans } from './campaign/evolve';
export { allowedAnswers, incidentId } from './campaign/incidents';
export * from './campaign/state';
export { type LiveApplication, liveApplications } from './campaign/live-applications';
export { type LiveForecast, liveForecast, liveForecastWith } from './campaign/live-forecast';
export { closedGates, waitingBecause } from './campaign/waiting';
export { concernsCompliance } from './compliance/campaign-record';
export {
  type ComplianceReport,
  complianceReport,
  type ComplianceTotals,
  type PatchResult,
  type RebootRecord,
  type RebootResult,
  type ServerCompliance,
} from './compliance/compliance-report';
export { complianceCsv } from './compliance/csv';
export { clockFinding, clockOffset, type ClockReading } from './doctor/clock';
export {
  type Finding,
  type FindingCode,
  type FindingLevel,
  FINDINGS,
  isFindingCode,
} from './doctor/findings';
export { planRound, type Question, type Round } from './doctor/host-needs';
export { doctorWords } from './doctor/host-word';
export {
  type Examination,
  type FindingGroup,
  groupFindings,
  hostsIn,
  judge,
  type ServerVerdict,
} from './doctor/verdict';
