package io.millrace.lane.batch;

import io.millrace.lane.change.ChangeKind;
import io.millrace.lane.table.LaneLayout;
import io.millrace.lane.table.RowMaker;
import io.millrace.lane.table.TableBinding;
import io.millrace.mapping.TablePlan;
import io.millrace.row.ImageFlyweight;
import io.millrace.writer.Batch;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.List;

/** A batch over two tables, and the runs that it comes to, as text. */
public abstract class LaneBatchRig {
    public final RowMaker orders = new RowMaker("orders");
    final RowMaker items = new RowMaker("items");
    public TableBinding[] tables = {binding(orders, 0, false), binding(items, 1, false)};
    public LaneBatch batch = new LaneBatch(tables);

    static TableBinding binding(RowMaker maker, int number, boolean isTied) {
        TargetTable target = new TargetTable(
                maker.schema.table(),
                maker.schema,
                List.of(new TargetColumn("id", "bigint", false, 0), new TargetColumn("n", "bigint", false, 1)),
                List.of(0));
        return new TableBinding(new TablePlan(number, target, isTied, 1), new LaneLayout(1, 1));
    }

    void tie() {
        tables = new TableBinding[] {binding(orders, 0, true), binding(items, 1, true)};
        batch = new LaneBatch(tables);
    }

    void add(RowMaker table, byte kind, long key, long number) {
        ImageFlyweight image = table.image(key, number);
        batch.add(
                tables[table == orders ? 0 : 1],
                kind,
                image,
                RowMaker.address(image),
                image.buffer().capacity(),
                table.hash(image),
                !image.isComplete());
    }

    void addPartial(RowMaker table, long key) {
        ImageFlyweight image = table.imageWithoutNumber(key);
        batch.add(
                tables[table == orders ? 0 : 1],
                ChangeKind.UPDATE,
                image,
                RowMaker.address(image),
                image.buffer().capacity(),
                table.hash(image),
                true);
    }

    void rekey(RowMaker table, long from, long to) {
        ImageFlyweight record = table.keyChange(from, to);
        batch.rekey(
                tables[table == orders ? 0 : 1],
                RowMaker.address(record),
                record.buffer().capacity());
    }

    /** Table, operation, and key=number of each row. */
    List<String> runs() {
        batch.seal();
        return runs(batch);
    }

    List<String> runsInSourceOrder() {
        batch.seal();
        return runs(batch.inSourceOrder());
    }

    static List<String> runs(Batch batch) {
        List<String> runs = new ArrayList<>();
        for (int i = 0; i < batch.runCount(); i++) {
            Run run = batch.run(i);
            StringBuilder text = new StringBuilder(run.table().name().name() + " " + run.operation());
            for (int row = 0; row < run.count(); row++) {
                ImageFlyweight image = run.row(row);
                text.append(' ').append(image.longAt(0)).append('=');
                text.append(image.isPresent(1) ? Long.toString(image.longAt(1)) : "?");
                if (run.operation() == RunOperation.REKEY) {
                    text.append(" from ").append(run.before(row).longAt(0));
                }
            }
            runs.add(text.toString());
        }
        return runs;
    }
}
