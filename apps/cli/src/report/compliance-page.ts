import type { ComplianceReport, ServerCompliance } from '@patchtide/domain';
import { COMPLIANCE_STYLE } from './compliance-style';
import { deviationTable, packageTables, serverTable } from './compliance-tables';
import { aboutOf, meaningsOf, type Named, numbersOf, proofOf } from './facts';
import { Html, html } from './html';
import { totalsSentence } from './words';

/** The report as one page that can be read, printed and kept without anything else: no script, nothing fetched. */
export function compliancePage(report: ComplianceReport): string {
  const { campaign, title, servers, totals, window } = report;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>Compliance report ${campaign}</title>
        <style>
          ${new Html(COMPLIANCE_STYLE)}
        </style>
      </head>
      <body>
        <main>
          <header>
            <p class="over">Patchtide compliance report</p>
            <h1>${campaign}: ${title}</h1>
          </header>
          ${about(report)} ${tiles(report)}
          <h2>Servers</h2>
          <p>${totalsSentence(totals)}. All times are in ${window.timezone}.</p>
          ${serverTable(servers, window.timezone)} ${deviationTable(servers)} ${packageTables(servers)}
          ${meanings(servers)} ${foot(report)}
        </main>
      </body>
    </html>`;
  return `${page.text}\n`;
}

function about(report: ComplianceReport): Html {
  return html`<dl>${definitions(aboutOf(report))}</dl>`;
}

function definitions(named: readonly Named[]): readonly Html[] {
  return named.map(
    ([name, text]) =>
      html`<dt>${name}</dt>
        <dd>${text}</dd>`,
  );
}

function tiles(report: ComplianceReport): Html {
  return html`<ul class="tiles">
    ${numbersOf(report).map(([number, name]) => html`<li><strong>${number}</strong><span>${name}</span></li>`)}
  </ul>`;
}

function meanings(servers: readonly ServerCompliance[]): Html {
  return html`<h2>What the words mean</h2>
    <dl class="one">${definitions(meaningsOf(servers))}</dl>`;
}

function foot(report: ComplianceReport): Html {
  const { planDigest, landscapeDigest, policyDigest } = report;
  const { made, commands } = proofOf(report);
  return html`<footer>
    <p>
      ${made} What they say can be checked: <span class="v">${commands[0]}</span>, then
      <span class="v">${commands[1]}</span>.
    </p>
    <p class="v">plan ${planDigest}<br />landscape ${landscapeDigest}<br />policy ${policyDigest}</p>
  </footer>`;
}
