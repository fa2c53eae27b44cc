package io.millrace.writer.sql;

import io.millrace.error.Finding;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.writer.Partitioning;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TableStructure;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What a server can hold of a structure. An obstacle is the reason why something is not made there; empty where it is. */
public interface FitDialect {
    /** What keeps a table that is made from being divided so. */
    Optional<Finding> ofNewPartitions(TargetTable table, Partitioning partitioning);

    /** What is wrong with a table that stands. */
    Optional<Finding> ofStandingPartitions(TableId table, Partitioning partitioning) throws SQLException;

    /** A default of the source in the server's words; empty where it has none for it. */
    Optional<String> defaultOf(TargetColumn column, Column source, String text);

    /** Whether the server can number the column by itself. */
    boolean canBeIdentity(TargetTable table, String column);

    /** The obstacle of an index or a unique key. */
    Optional<String> ofIndex(TableStructure structure, StructureItem item);

    /** The obstacle of a foreign key between two tables as such. */
    Optional<String> ofForeignKey(TableStructure child, TableStructure parent);

    /** The obstacle of a foreign key that lies in a pair of columns. */
    Optional<String> ofForeignKey(Column child, Column parent);

    /** Whether a key of a table that stands is on these columns, so that a foreign key may refer to them. */
    boolean hasStandingKey(TableId table, List<String> columns);

    /** Whether a key on some columns serves a foreign key that names others. */
    boolean isSameKey(List<String> key, List<String> named);

    /** The item as the server makes it; what is lost by that is added to the findings. */
    StructureItem fitted(TargetTable table, StructureItem item, List<Finding> findings);
}
