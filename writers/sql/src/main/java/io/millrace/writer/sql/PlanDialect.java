package io.millrace.writer.sql;

import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TargetColumn;
import java.util.List;

/** What a server says of the names, types and sizes of tables that are made there. Refusals are {@link TablePlanner#refused}. */
public interface PlanDialect {
    /** The server's limit of columns in a table. */
    int maxColumns();

    /** The server's limit of columns in an index. */
    int maxKeyColumns();

    /** Refuses a name that no table of ours can have here. */
    void requireTable(TableSchema source, TableId name);

    /** Refuses a name that no column can have here, beside those before it. */
    void requireColumn(TableSchema source, String name, List<TargetColumn> before);

    /** Its type here; one that the task gives is refused where a value of the source could become another one. */
    PlannedType typeOf(PlannedColumn column);
}
