package io.millrace.transform;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.schema.TableSchema;
import io.millrace.transform.row.Stage;
import io.millrace.transform.row.TableTransform;
import io.millrace.transform.step.ColumnStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Gives a table's rows the shape that they have in common with those of others, before anything else becomes of them. Pure. */
public final class CommonShape {
    /** Of a column that rows have not. */
    public static final int NONE = -1;

    private CommonShape() {}

    /**
     * What becomes of rows.
     *
     * @param rows as the source has them
     * @param shape that they get
     * @param places where each column of {@code shape} stands in {@code rows}, or {@link #NONE}: NULL
     * @param behind what becomes of rows of that shape
     */
    public static TableTransform of(
            TableSchema rows, TableSchema shape, List<Integer> places, Optional<TableTransform> behind) {
        Set<Integer> all = IntStream.range(0, rows.columns().size()).boxed().collect(Collectors.toSet());
        List<Stage.PassColumn> columns = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            boolean isFixed = shape.columns().get(i).type().isFixed();
            if (!isCopied(rows, i, places.get(i), isFixed)) {
                ColumnStep step = step(places.get(i), isFixed);
                columns.add(new Stage.PassColumn(i, all, () -> step));
            }
        }
        List<Stage> stages = new ArrayList<>();
        stages.add(new Stage.Pass(rows, columns));
        behind.ifPresent(next -> stages.addAll(next.stages()));
        return new TableTransform(
                rows,
                behind.map(TableTransform::shape).orElse(shape),
                stages,
                "shape " + places + ';' + behind.map(TableTransform::text).orElse(""));
    }

    /** What stands at its place already, as those of the key do. */
    private static boolean isCopied(TableSchema rows, int column, int place, boolean isFixed) {
        return place == column && rows.columns().get(column).type().isFixed() == isFixed;
    }

    private static ColumnStep step(int place, boolean isFixed) {
        return (column, row, context, out) -> put(column, place, isFixed, row, out);
    }

    private static void put(int column, int place, boolean isFixed, ImageFlyweight row, RowEncoder out) {
        if (place == NONE || (row.isPresent(place) && row.isNull(place))) {
            out.putNull(column);
        } else if (!row.isPresent(place)) {
            out.putAbsent(column);
        } else if (isFixed) {
            out.putLong(column, row.longAt(place));
        } else {
            out.putBytes(column, row.buffer(), row.valueOffset(place), row.valueLength(place));
        }
    }
}
