import { complains, ends, optionValue, type Program } from '../program';

/** pg_isready: 0 when the unit on that port is active, else 2. */
export const pgIsready: Program = (args, { state }) => ({
  finish: () => {
    const port = optionValue(args, '-p', '--port') ?? '5432';
    const unit = state.units.find(state.ports.get(Number(port)) ?? '');
    const isUp = unit?.active === true;
    return {
      code: isUp ? 0 : 2,
      output: `/var/run/postgresql:${port} - ${isUp ? 'accepting connections' : 'no response'}\n`,
    };
  },
});

export const nginx: Program = (args) =>
  args.includes('-t')
    ? {
        finish: () => ({
          code: 0,
          error: 'nginx: configuration file /etc/nginx/nginx.conf test is successful\n',
        }),
      }
    : complains(1, 'nginx: only -t is known here');

export const hostname: Program = (_, { state }) => ends(0, `${state.server.name}\n`);

export const echo: Program = (args) => ends(0, `${args.join(' ')}\n`);
