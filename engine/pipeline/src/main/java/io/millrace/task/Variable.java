package io.millrace.task;

import io.millrace.schema.TableId;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A variable of a template, written <code>${name}</code> in any case. */
public enum Variable {
    /** The source table's name, after the renaming rules. */
    DB_TABLE_NAME_SRC_TRANSED,
    /** The source database's or schema's name, after the renaming rules. */
    DB_NAME_SRC_TRANSED,
    /** The source data source's name. */
    DS_NAME_SRC,
    /** The source database's or schema's name. */
    DB_NAME_SRC,
    /** The source table's name. */
    TABLE_NAME_SRC,
    /** The source data source's name. */
    DATASOURCE_NAME_SRC,
    /** The target schema's name. Not in {@code schema_name} itself. */
    DB_NAME_DEST,
    /** The target table's name. Only of a row. */
    TABLE_NAME_DEST,
    /** The target data source's name. */
    DATASOURCE_NAME_DEST,
    /** What happened to the row. Only of a row. */
    OPERATION,
    /** Where the change stands at the source. Only of a row. */
    SOURCE_POSITION,
    /** When the source committed. Only of a row. */
    COMMIT_TIME,
    /** When the row was taken to be written, by our clock. Only of a row. */
    EXECUTE_TIME;

    /**
     * What a name's template is filled from.
     *
     * @param renamed the source's names after the renaming rules
     * @param targetNamespace known once {@code schema_name} has been filled; else empty
     */
    record Names(
            TableId source,
            TableId renamed,
            String sourceDatasource,
            String targetDatasource,
            Optional<String> targetNamespace) {}

    static Optional<Variable> of(String name) {
        return Arrays.stream(values())
                .filter(variable -> variable.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst();
    }

    /** As a user writes it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it has a value in the name of a table; the others have one in a row alone. */
    public boolean isOfNames() {
        TableId any = new TableId("any", "any");
        return in(new Names(any, any, "any", "any", Optional.of("any"))).isPresent();
    }

    /** The variable's value where it belongs to a table's name; empty where it only has one in a row. */
    Optional<String> in(Names names) {
        return switch (this) {
            case DB_TABLE_NAME_SRC_TRANSED -> Optional.of(names.renamed().name());
            case DB_NAME_SRC_TRANSED -> Optional.of(names.renamed().namespace());
            case TABLE_NAME_SRC -> Optional.of(names.source().name());
            case DB_NAME_SRC -> Optional.of(names.source().namespace());
            case DS_NAME_SRC, DATASOURCE_NAME_SRC -> Optional.of(names.sourceDatasource());
            case DATASOURCE_NAME_DEST -> Optional.of(names.targetDatasource());
            case DB_NAME_DEST -> names.targetNamespace();
            case TABLE_NAME_DEST, OPERATION, SOURCE_POSITION, COMMIT_TIME, EXECUTE_TIME -> Optional.empty();
        };
    }
}
