import type { RebootRecord, ServerCompliance } from '@patchtide/domain';
import { deviationsOf, notesOf, rebootDetails, serverDetails, whyOf } from './facts';
import { html, Html } from './html';
import { moment } from './moment';
import { rebootWords } from './words';

/** One row per server: what it is, how it stands, and why. */
export function serverTable(servers: readonly ServerCompliance[], zone: string): Html {
  return html`<table class="servers">
    <thead>
      <tr>
        <th>Server</th>
        <th>Result</th>
        <th>When</th>
        <th>Reboot</th>
        <th>Packages</th>
        <th>Why</th>
      </tr>
    </thead>
    <tbody>
      ${servers.map((server) => serverRow(server, zone))}
    </tbody>
  </table>`;
}

function serverRow(server: ServerCompliance, zone: string): Html {
  const { name, result, at, packages } = server;
  return html`<tr>
    <td>${name}${small(serverDetails(server))}</td>
    <td><span class="r ${result}">${result}</span></td>
    <td>${moment(at, zone)}</td>
    <td>${rebootCell(server.reboot, zone)}</td>
    <td class="n">${packages.length}</td>
    <td>${whyOf(server)}${small(notesOf(server))}</td>
  </tr> `;
}

function rebootCell(reboot: RebootRecord, zone: string): Html {
  const words = rebootWords(reboot);
  const shown = reboot.isDue ? html`<span class="due">${words}</span>` : words;
  return html`${shown}${small(rebootDetails(reboot, zone))}`;
}

function small(lines: readonly string[]): Html {
  return lines.length === 0 ? new Html('') : html`<small>${lines.join(' · ')}</small>`;
}

/** Who decided what, and why; nothing where everything went as planned. */
export function deviationTable(servers: readonly ServerCompliance[]): Html {
  const deviations = deviationsOf(servers);
  if (deviations.length === 0) return new Html('');
  return html`<h2>Deviations</h2>
    <table class="deviations">
      <thead>
        <tr>
          <th>Server</th>
          <th>What</th>
          <th>Who</th>
          <th>Why</th>
        </tr>
      </thead>
      <tbody>
        ${deviations.map(
          ({ server, what, who, why }) =>
            html`<tr>
              <td>${server}</td>
              <td>${what}</td>
              <td>${who}</td>
              <td>${why}</td>
            </tr> `,
        )}
      </tbody>
    </table>`;
}

/** What changed on each server; nothing where nothing did. */
export function packageTables(servers: readonly ServerCompliance[]): Html {
  const changed = servers.filter(({ packages }) => packages.length > 0);
  if (changed.length === 0) return new Html('');
  return html`<h2>Packages</h2>
    ${changed.map(packageTable)}`;
}

function packageTable({ name, packages }: ServerCompliance): Html {
  return html`<h3>${name}</h3>
    <table class="packages">
      <thead>
        <tr>
          <th>Package</th>
          <th>From</th>
          <th>To</th>
        </tr>
      </thead>
      <tbody>
        ${packages.map(
          ({ name: what, from, to }) =>
            html`<tr>
              <td>${what}</td>
              <td class="v">${from ?? 'not installed'}</td>
              <td class="v">${to ?? 'removed'}</td>
            </tr> `,
        )}
      </tbody>
    </table>`;
}
