/** How the report looks, on a screen and on paper. No fonts, pictures or anything else is fetched. */
export const COMPLIANCE_STYLE = `
:root { --ink: #1c2733; --soft: #5b6875; --line: #d9dfe5; --paper: #fff; --wash: #f4f6f8;
  --good: #146c43; --bad: #b02a37; --warn: #8a5a00; --calm: #1f5f99; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--wash); color: var(--ink);
  font: 14px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1080px; margin: 32px auto; padding: 40px 48px; background: var(--paper); border: 1px solid var(--line);
  border-radius: 6px; }
header { border-bottom: 3px solid var(--ink); padding-bottom: 16px; margin-bottom: 24px; }
.over { text-transform: uppercase; letter-spacing: .08em; font-size: 12px; color: var(--soft); margin: 0; }
h1 { font-size: 26px; line-height: 1.25; margin: 4px 0 0; }
h2 { font-size: 17px; margin: 36px 0 10px; }
h3 { font-size: 14px; margin: 20px 0 6px; }
p { margin: 0 0 8px; }
dl { display: grid; grid-template-columns: max-content 1fr max-content 1fr; gap: 4px 20px; margin: 0; }
dl.one { grid-template-columns: max-content 1fr; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin: 24px 0 0; padding: 0; list-style: none; }
.tiles li { border: 1px solid var(--line); border-radius: 6px; padding: 12px 16px; }
.tiles strong { display: block; font-size: 26px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tiles span { color: var(--soft); }
table { width: 100%; border-collapse: collapse; font-size: 13px; }
th { text-align: left; font-weight: 600; color: var(--soft); border-bottom: 2px solid var(--line); padding: 6px 10px 6px 0; }
td { vertical-align: top; border-bottom: 1px solid var(--line); padding: 7px 10px 7px 0; overflow-wrap: anywhere; }
table.servers { table-layout: fixed; }
table.servers th:nth-child(1) { width: 19%; }
table.servers th:nth-child(2) { width: 10%; }
table.servers th:nth-child(3) { width: 13%; }
table.servers th:nth-child(4) { width: 23%; }
table.servers th:nth-child(5) { width: 9%; text-align: right; }
td.n { padding-right: 18px; }
th:nth-child(5) { padding-right: 18px; }
table.deviations { table-layout: fixed; }
table.deviations th { width: 19%; }
table.deviations th:last-child { width: 43%; }
table.packages td { width: 33%; padding-top: 4px; padding-bottom: 4px; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
td small { display: block; color: var(--soft); font-size: 12px; }
.v { font: 12px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.r { display: inline-block; white-space: nowrap; border: 1px solid currentColor; border-radius: 10px; padding: 0 8px;
  font-size: 12px; font-weight: 600; }
.patched, .by-hand { color: var(--good); }
.failed, .unknown { color: var(--bad); }
.skipped, .left-out, .due { color: var(--warn); }
.excluded { color: var(--soft); }
.pending { color: var(--calm); }
.due { font-weight: 600; }
footer { margin-top: 40px; padding-top: 12px; border-top: 1px solid var(--line); color: var(--soft); font-size: 12px; }
@media screen and (max-width: 760px) { main { margin: 0; padding: 20px; border: 0; } dl { grid-template-columns: max-content 1fr; }
  .tiles { grid-template-columns: repeat(2, 1fr); } }
@page { size: A4 landscape; margin: 14mm; }
@media print {
  body { background: none; font-size: 10pt; }
  main { max-width: none; margin: 0; padding: 0; border: 0; }
  thead { display: table-header-group; }
  tr, h2, h3, .tiles li { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .r, .due { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
