package io.millrace.jmh;

import io.millrace.plugin.OutputColumn;
import io.millrace.plugin.RowEditor;
import io.millrace.plugin.RowTransform;
import io.millrace.schema.TableSchema;
import java.util.List;
import java.util.Map;

/** User code as small as any: a number of each row, and a text of it that is taken over as it lies. */
final class TaxedAmount implements RowTransform {
    @Override
    public String name() {
        return "taxed";
    }

    @Override
    public List<OutputColumn> columns(TableSchema table, Map<String, String> options) {
        return List.of(OutputColumn.of("n"), OutputColumn.added("label", "varchar(20)"));
    }

    @Override
    public RowEditor open(TableSchema table, Map<String, String> options) {
        int number = table.indexOf("n");
        int status = table.indexOf("status");
        return (row, edits) -> {
            edits.setLong(0, row.longAt(number) * 119 / 100);
            edits.setBytes(1, row.buffer(), row.valueOffset(status), row.valueLength(status));
        };
    }
}
