import { readTable } from './csv-table';
import { landscapeFromCsv } from './landscape-csv';

const load = (...lines: string[]) => landscapeFromCsv(readTable(lines.join('\n'), 'l.csv'));

function faults(...lines: string[]) {
  const loaded = load(...lines);
  return loaded.ok ? [] : loaded.faults.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

function value(...lines: string[]): Record<string, unknown[]> {
  const loaded = load(...lines);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
  return loaded.value as Record<string, unknown[]>;
}

const HEADER =
  'type,id,name,address,os,port,tags,kind,tier,server,application,dependsOn,attributes,ci,system,ref,from,to';
const SERVER = 'server,s1,web-01,10.1.0.11,debian-12,22,blue|green,,,,,,,,,,,';

describe('landscape.csv', () => {
  it('has one row per CI, and gives an empty cell no meaning', () => {
    expect(value(HEADER, SERVER)).toMatchObject({
      servers: [
        {
          id: 's1',
          name: 'web-01',
          address: '10.1.0.11',
          os: 'debian-12',
          port: 22,
          tags: ['blue', 'green'],
        },
      ],
      components: [],
    });
  });

  it('makes relations of what a component depends on, each once', () => {
    const { relations } = value(
      HEADER,
      'component,web,web,,,,,nginx,web,s1,crm,app|app2,,,,,,',
      'relation,,,,,,,,,,,,,,,,app,db',
    );
    expect(relations).toEqual([
      { type: 'dependsOn', from: 'web', to: 'app' },
      { type: 'dependsOn', from: 'web', to: 'app2' },
      { type: 'dependsOn', from: 'app', to: 'db' },
    ]);
  });

  it('gives attributes their types, and leaves the labels of a ref as text', () => {
    const { components, monitors } = value(
      HEADER,
      'component,db,db,,,,,postgresql,db,s1,crm,,port=5432|ssl=true|db=00crm,,,,,',
      'monitor,m1,,,,,,,,,,,,s1,alertmanager,instance=web-01|job=9100,,',
    );
    expect(components?.[0]).toMatchObject({ attributes: { port: 5432, ssl: true, db: '00crm' } });
    expect(monitors?.[0]).toMatchObject({ ref: { instance: 'web-01', job: '9100' } });
  });

  it('takes values that hold signs of its own from columns of their own', () => {
    const { batchJobs, monitors } = value(
      'type,id,name,server,system,ref,ref.queue,ci,ref.instance',
      'batchJob,b1,b1,s1,cron,/etc/cron.d/a,,,',
      'batchJob,b2,b2,s1,webhook,,a=b|c,,',
      'monitor,m1,,,webhook,,,s1,x|y',
    );
    expect(batchJobs).toMatchObject([{ ref: '/etc/cron.d/a' }, { ref: { queue: 'a=b|c' } }]);
    expect(monitors).toMatchObject([{ ref: { instance: 'x|y' } }]);
  });

  it('passes hostile names on as the data they are', () => {
    const { servers } = value('type,id,name,address,os', 'server,s1,"a""; rm -rf / $(x) \nä ö",h,debian-12');
    expect(servers).toMatchObject([{ name: 'a"; rm -rf / $(x) \nä ö' }]);
  });

  it('leaves a port that is none to the schema, and finds the cell again', () => {
    const loaded = load(HEADER, SERVER, SERVER.replace('s1', 's2').replace(',22,', ',22nd,'));
    expect(loaded.ok && loaded.locate('/servers/1/port')).toEqual({ file: 'l.csv', line: 3, column: 38 });
    expect(loaded.ok && loaded.locate('/servers/1/zone')).toEqual({ file: 'l.csv', line: 3, column: 1 });
    expect(loaded.ok && loaded.locate('/servers/9')).toBeUndefined();
  });
});

describe('a faulty landscape.csv', () => {
  it('is answered with every fault at once, in the order of the text', () => {
    expect(
      faults(
        'type,id,name,adress,os,tier,from,to',
        'server,s1,one,10.1.0.1,debian-12,,,',
        'server,,two,10.1.0.2,debian-12,,,',
        'host,s3,three,10.1.0.3,debian-12,,,',
        'server,s4,"fo"ur,10.1.0.4,debian-12,,,',
        'server,s5,five,10.1.0.5',
        'server,s6,six,10.1.0.6,debian-12,web,,',
        'server,s1,one,10.1.0.1,debian-12,,,',
        'server,s1,uno,10.1.0.1,debian-12,,,',
        'relation,,,,,,a,',
        'constructor,s7,,,,,,',
      ),
    ).toEqual([
      '1:1 column "adress" is not known',
      '1:1 column "address" is missing; every server needs it',
      '3:8 the server has no id',
      '4:1 "host" is not a type',
      '5:15 text follows the closing quote of a cell',
      '6:1 the row has 4 cells, the header 8',
      '7:34 a server has no "tier"',
      '8:8 the server s1 already stands in line 2',
      '9:8 the server s1 already stands in line 2, with other values',
      '10:17 the relation lacks its from or to',
      '11:1 "constructor" is not a type',
    ]);
  });

  it('names the column that was probably meant', () => {
    const loaded = load('type,id,name,adress,os', 'server,s1,a,b,c');
    expect(loaded.ok ? [] : loaded.faults.map(({ remedy }) => remedy)).toEqual([
      'Rename it to "address", or to "#adress" for a remark.',
      'Add it, or rename "adress".',
    ]);
  });

  it('does not need columns of kinds that do not occur', () => {
    expect(faults('type,id,name', 'application,crm,CRM')).toEqual([]);
  });

  it.each([
    ['nothing at all', '', '1:1 has no header row'],
    ['no type', 'id,name\ns1,a', '1:1 column "type" is missing; it says what each row is'],
    ['a column twice', 'type,id,id\n', '1:9 column "id" stands here twice'],
    [
      'data in a column without a name',
      'type,id,,name\napplication,a,x,A',
      '1:9 column 3 holds data but has no name',
    ],
    [
      'a pair that is none',
      'type,id,ci,system,ref\nmonitor,m,s,a,web-01',
      '2:15 "web-01" in ref is not name=value',
    ],
    [
      'a relation twice',
      'type,from,to\nrelation,a,b\nrelation,a,b',
      '3:1 the relation from a to b stands here twice',
    ],
  ])('with %s says so', (_name, text, fault) => {
    expect(faults(text)).toEqual([fault]);
  });
});

describe('the delimiter', () => {
  it.each([';', '\t', '|'])('is found out from the header: %j', (sign) => {
    expect(value(['type', 'id', 'name'].join(sign), ['application', 'a', 'A, B'].join(sign))).toMatchObject({
      applications: [{ id: 'a', name: 'A, B' }],
    });
  });

  it("is what Excel's first line says, and positions stay those of the file", () => {
    const loaded = load('sep=;', 'type;id;name', 'application;a;A');
    expect(loaded.ok && loaded.locate('/applications/0/name')).toEqual({
      file: 'l.csv',
      line: 3,
      column: 15,
    });
  });
});
