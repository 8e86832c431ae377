import { Column, DataSource, Entity, In, LessThan, PrimaryColumn } from 'typeorm';
import { PreparedStatements } from './prepared-statements';
import { find, insert, update } from './rows';
import { SnakeCaseNaming } from './snake-case-naming';
import { statementsOf } from './statements';
import type { Write } from './write-queue';
import { WriteTransaction } from './write-transaction';

@Entity('things')
class Thing {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar', { nullable: true })
  ownerName: string | null;

  @Column('boolean')
  isOpen: boolean;

  @Column('simple-json')
  data: object;
}

const thing = (id: string, change: Partial<Thing> = {}): Thing => ({
  ...{ id, ownerName: 'ada', isOpen: true, data: { quoted: `it's "so"` } },
  ...change,
});

describe('rows', () => {
  const dataSource = new DataSource({
    ...({ type: 'sqlite', database: ':memory:', synchronize: true } as const),
    ...{ entities: [Thing], namingStrategy: new SnakeCaseNaming() },
  });

  beforeAll(async () => {
    await dataSource.initialize();
    PreparedStatements.of(dataSource);
  });
  beforeEach(() => dataSource.manager.clear(Thing));
  afterAll(async () => {
    await PreparedStatements.of(dataSource).close();
    await dataSource.destroy();
  });

  const write = <T>(work: Write<T>): Promise<T> =>
    dataSource.transaction((manager) => work(new WriteTransaction({ manager, statements: statementsOf(dataSource) })));
  const stored = (): Promise<Thing[]> => dataSource.manager.find(Thing, { order: { id: 'ASC' } });

  it('are found as TypeORM finds them', async () => {
    const things = [thing('1'), thing('2', { ownerName: null, isOpen: false, data: [1, null] }), thing('3')];
    await write(insert(Thing, things));
    expect(await find(dataSource.manager, Thing, { isOpen: true, id: In(['1', '2']) }, 9)).toEqual([things[0]]);
    const [found] = await find(dataSource.manager, Thing, { id: '2' }, 9);
    expect(found).toBeInstanceOf(Thing);
    expect(found).toEqual(await dataSource.manager.findOneBy(Thing, { id: '2' }));
    expect(await find(dataSource.manager, Thing, { id: LessThan('3') }, 1)).toEqual([things[1]]);
    expect(await find(dataSource.manager, Thing, { id: "' OR 1=1 --" }, 9)).toEqual([]);
    await expect(find(dataSource.manager, Thing, {}, 9)).rejects.toThrow('rows are found by a value');
  });

  it('are read by TypeORM as they were added', async () => {
    const things = [thing('1'), thing('2', { ownerName: null, isOpen: false, data: [1, null] })];
    await write(insert(Thing, things));
    await write(insert(Thing, thing('3')));
    await write(insert(Thing, []));
    expect(await stored()).toEqual([...things, thing('3')]);
  });

  it('are changed where they are meant, and counted', async () => {
    await write(insert(Thing, [thing('1'), thing('2'), thing('3', { isOpen: false })]));
    const change = { ownerName: null, data: { new: true }, isOpen: undefined };
    expect(await write(update(Thing, { id: In(['1', '3']), isOpen: true }, change))).toBe(1);
    expect(await stored()).toEqual([
      thing('1', { ownerName: null, data: { new: true } }),
      thing('2'),
      thing('3', { isOpen: false }),
    ]);
    expect(await write(update(Thing, { id: 'nobody' }, { isOpen: false }))).toBe(0);
    expect(await write(update(Thing, { id: '1' }, {}))).toBe(0);
  });

  it('are refused when they are not whole', async () => {
    await expect(write(insert(Thing, thing('1', { data: undefined })))).rejects.toThrow('a row of Thing lacks "data"');
    expect(await stored()).toEqual([]);
  });

  it('are never all changed for want of a value', async () => {
    await write(insert(Thing, thing('1')));
    await expect(write(update(Thing, { id: undefined }, { isOpen: false }))).rejects.toThrow('found by a value');
    await expect(write(update(Thing, {}, { isOpen: false }))).rejects.toThrow('found by a value');
    expect(await stored()).toEqual([thing('1')]);
  });
});
