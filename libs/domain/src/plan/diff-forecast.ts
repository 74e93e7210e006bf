import type { ApplicationForecast, Plan } from '@patchtide/contracts';
import { inWords } from '../forecast/in-words';
import { toMs } from '../instant';
import { ofPlan, type PlanDifference, recordDifferences } from './plan-difference';

/** When it ends, whether it fits, how sure that is, and what it is for each application. */
export function forecastDifferences(before: Plan, after: Plan): PlanDifference[] {
  return [
    ...endWords(before, after),
    ...fitWords(before, after),
    ...likelyWords(before, after),
    ...pathWords(before, after),
    ...applicationWords(before, after),
  ].map((words) => ofPlan('forecast', words));
}

function endWords({ forecast: before }: Plan, { forecast: after }: Plan): string[] {
  const laterMs = toMs(after.end) - toMs(before.end);
  if (laterMs === 0) return [];
  return [
    `it ends ${inWords(Math.abs(laterMs))} ${laterMs < 0 ? 'earlier' : 'later'}: at ${after.end} instead of ${before.end}`,
  ];
}

function fitWords(before: Plan, after: Plan): string[] {
  const fit = before.forecast.fits === after.forecast.fits;
  const admission = before.admission.verdict === after.admission.verdict;
  return [
    ...(fit
      ? []
      : [`it ${after.forecast.fits ? 'fits its windows now' : 'does not fit its windows any more'}`]),
    ...(admission ? [] : [`admission: ${after.admission.verdict} instead of ${before.admission.verdict}`]),
  ];
}

function likelyWords({ forecast: { spread: one } }: Plan, { forecast: { spread: other } }: Plan): string[] {
  const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
  const [inside, before] = [percent(other.inWindow), percent(one.inWindow)];
  return [
    ...(inside === before ? [] : [`it ends inside in ${inside} of the nights instead of ${before}`]),
    ...(isAbout(one.p90End, other.p90End)
      ? []
      : [`90 % of the nights end by ${other.p90End} instead of ${one.p90End}`]),
  ];
}

function pathWords(before: Plan, after: Plan): string[] {
  const { boundBy } = before.forecast;
  const { boundBy: bound } = after.forecast;
  const [one, other] = [inWords(before.forecast.criticalPathMs), inWords(after.forecast.criticalPathMs)];
  return [
    ...(one === other ? [] : [`the critical path takes ${other} instead of ${one}`]),
    ...(boundBy === bound ? [] : [`what bounds it is ${bound} instead of ${boundBy}`]),
  ];
}

function applicationWords(before: Plan, after: Plan): string[] {
  const byId = ({ forecast: { applications } }: Plan): Record<string, ApplicationForecast> =>
    Object.fromEntries(applications.map((one) => [one.application, one]));
  return recordDifferences(byId(before), byId(after)).flatMap(({ key, before: one, after: other }) => {
    if (!one) return [`${key} goes down now, for ${inWords(other?.downtimeMs ?? 0)}`];
    if (!other) return [`${key} does not go down any more`];
    const [down, was] = [inWords(other.downtimeMs), inWords(one.downtimeMs)];
    return [
      ...(down === was ? [] : [`${key} is down for ${down} instead of ${was}`]),
      ...(isAbout(one.lastSafeMoment, other.lastSafeMoment)
        ? []
        : [`the last safe moment of ${key} is ${other.lastSafeMoment} instead of ${one.lastSafeMoment}`]),
    ];
  });
}

/** Of forecasts, what is less than a minute is no difference; nor would words show it. */
function isAbout(one: string, other: string): boolean {
  return Math.abs(toMs(one) - toMs(other)) < 60_000;
}
