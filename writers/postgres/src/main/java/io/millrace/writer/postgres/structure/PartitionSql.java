package io.millrace.writer.postgres.structure;

import io.millrace.schema.TableId;
import io.millrace.writer.Partitioning;
import io.millrace.writer.postgres.connection.Identifiers;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** The words of partitions: a range has one for each interval and a default one for rows of every other date. Pure. */
final class PartitionSql {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuuMMdd");
    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("uuuuMMddHH");
    private static final DateTimeFormatter BOUND = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    private PartitionSql() {}

    /** What stands behind the columns of a CREATE TABLE. */
    static String clause(Partitioning partitioning) {
        return " PARTITION BY " + partitioning.method() + " (" + Identifiers.quote(partitioning.column()) + ")";
    }

    /** The statements that make the partitions of a table that is there. */
    static List<String> statements(TableId table, Partitioning partitioning) {
        List<String> all = new ArrayList<>();
        if (partitioning.method() == Partitioning.Method.HASH) {
            for (int i = 0; i < partitioning.count(); i++) {
                all.add(create(table, "_p" + i) + " FOR VALUES WITH (MODULUS " + partitioning.count() + ", REMAINDER "
                        + i + ")");
            }
            return all;
        }
        List<LocalDateTime> bounds = partitioning.bounds();
        for (int i = 0; i + 1 < bounds.size(); i++) {
            all.add(create(table, suffix(partitioning, bounds.get(i))) + values(bounds.get(i), bounds.get(i + 1)));
        }
        all.add(create(table, "_pdefault") + " DEFAULT");
        return all;
    }

    private static String create(TableId table, String suffix) {
        return "CREATE TABLE " + Identifiers.quote(name(table, suffix)) + " PARTITION OF " + Identifiers.quote(table);
    }

    static String values(LocalDateTime from, LocalDateTime to) {
        return " FOR VALUES FROM (" + literal(from) + ") TO (" + literal(to) + ")";
    }

    /** Of dates and of times with and without a zone alike: the server passes over what a type has not. */
    static String literal(LocalDateTime bound) {
        return Identifiers.literal(BOUND.format(bound) + "+00");
    }

    static String suffix(Partitioning partitioning, LocalDateTime from) {
        return "_p" + (partitioning.isOfDays() ? DAY : HOUR).format(from);
    }

    /** A partition's name. */
    static TableId name(TableId table, String suffix) {
        return Identifiers.cut(table.namespace(), table.name(), suffix);
    }
}
