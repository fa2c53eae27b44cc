package io.millrace.writer.postgres.batch;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.schema.Column;
import io.millrace.writer.Run;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TypeOptions;
import io.millrace.writer.postgres.catalog.CatalogColumn;
import io.millrace.writer.postgres.catalog.CatalogTable;
import io.millrace.writer.postgres.catalog.TableShape;
import io.millrace.writer.postgres.connection.BinaryOutput;
import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.postgres.connection.Oids;
import io.millrace.writer.postgres.connection.Pipeline;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.postgres.type.TypeFit;
import io.millrace.writer.postgres.value.FieldEncoder;
import io.millrace.writer.postgres.value.FieldEncoders;
import io.millrace.writer.postgres.value.TextEncoder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * A planned table, compiled once a session against the table as it stands at the server: an encoder for each column, and the
 * statements. Confined to the session's thread.
 */
final class CompiledTable {
    private final TargetTable plan;
    private final String quoted;
    private final List<CompiledColumn> columns;
    private final List<CompiledColumn> key;
    private final int[] sourceColumns;
    private final boolean hasKeyIndex;
    private final boolean isCopyable;
    private final TableShape shape;
    private final TableStatements statements;

    private CompiledTable(
            TargetTable plan, List<CompiledColumn> columns, CatalogTable catalog, PostgresSession session) {
        this.plan = plan;
        this.columns = columns;
        quoted = Identifiers.quote(plan.name());
        key = columns.stream().filter(CompiledColumn::isKey).toList();
        sourceColumns = columns.stream().mapToInt(CompiledColumn::sourceColumn).toArray();
        boolean hasIdentity = columns.stream()
                .anyMatch(column -> catalog.column(column.name())
                        .filter(found -> found.identity().equals("a"))
                        .isPresent());
        hasKeyIndex = !key.isEmpty()
                && catalog.hasKeyIndex(key.stream().map(CompiledColumn::name).toList());
        isCopyable = columns.stream().allMatch(column -> column.cast().isEmpty());
        shape = TableShape.of(plan, catalog);
        statements = new TableStatements(session, quoted, columns, key, hasIdentity, plan.mark());
    }

    /** Chooses how each column travels to the table as the server has it. */
    static CompiledTable compile(
            TargetTable plan, Optional<CatalogTable> catalog, TypeOptions options, PostgresSession session) {
        if (catalog.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.TARGET_TABLE_MISSING, "a table is missing at the target: table=" + plan.name());
        }
        List<CompiledColumn> columns = new ArrayList<>();
        for (int i = 0; i < plan.columns().size(); i++) {
            TargetColumn column = plan.columns().get(i);
            CatalogColumn found = catalog.get()
                    .column(column.name())
                    .orElseThrow(() -> new MillraceException(
                            ErrorCode.TARGET_TABLE_MISMATCH,
                            "a column is missing at the target: table=" + plan.name() + ", column=" + column.name()));
            columns.add(compile(plan, column, found, plan.key().contains(i), options));
        }
        return new CompiledTable(plan, List.copyOf(columns), catalog.get(), session);
    }

    private static CompiledColumn compile(
            TargetTable plan, TargetColumn column, CatalogColumn found, boolean isKey, TypeOptions options) {
        Column source = plan.source().columns().get(column.sourceColumn());
        TypeFit fit = isKey ? TypeFit.ofKey(source, found) : TypeFit.of(source, found);
        if (fit == TypeFit.LOSSY) {
            throw new MillraceException(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    "the target's type would change values: table=" + plan.name() + ", column=" + column.name()
                            + ", needs=" + column.sqlType() + ", has=" + found.sqlType());
        }
        FieldEncoder binary = found.arrayOid() == 0 ? null : FieldEncoders.of(source, found, options);
        boolean isBinary = binary != null;
        return new CompiledColumn(
                column.name(),
                Identifiers.quote(column.name()),
                column.sourceColumn(),
                isBinary ? binary : new TextEncoder(source, options),
                isBinary ? found.typeOid() : Oids.TEXT,
                isBinary ? found.arrayOid() : Oids.TEXT_ARRAY,
                isBinary || found.typeOid() == Oids.TEXT ? "" : found.typeName(),
                isKey);
    }

    TargetTable plan() {
        return plan;
    }

    String quoted() {
        return quoted;
    }

    List<CompiledColumn> columns() {
        return columns;
    }

    /** Whether ON CONFLICT finds a unique index on exactly our key; else a row is deleted and inserted. */
    boolean hasKeyIndex() {
        return hasKeyIndex;
    }

    /** Whether every column has a binary form. */
    boolean isCopyable() {
        return isCopyable;
    }

    /** Columns and types that this was compiled for. */
    TableShape shape() {
        return shape;
    }

    String copySql() {
        return TableSql.copy(quoted, columns);
    }

    TableStatements statements() {
        return statements;
    }

    List<CompiledColumn> key() {
        return key;
    }

    boolean hasOnlyKey() {
        return key.size() == columns.size();
    }

    /** Whether every column that is written was sent. */
    boolean isComplete(ImageFlyweight image) {
        if (image.isComplete()) {
            return true;
        }
        for (int column : sourceColumns) {
            if (!image.isPresent(column)) {
                return false;
            }
        }
        return true;
    }

    /** Whether two images have the same written columns. */
    boolean haveSameColumns(ImageFlyweight a, BitSet ofB) {
        for (int column : sourceColumns) {
            if (a.isPresent(column) != ofB.get(column)) {
                return false;
            }
        }
        return true;
    }

    /** The written columns that an image has. */
    List<CompiledColumn> present(ImageFlyweight image) {
        return columns.stream()
                .filter(column -> image.isPresent(column.sourceColumn()))
                .toList();
    }

    /** The parameters of a statement: an array for each column, of some rows of a run. */
    static void putArrays(List<CompiledColumn> columns, Run run, int from, int to, Pipeline pipeline) {
        for (int i = 0; i < columns.size(); i++) {
            CompiledColumn column = columns.get(i);
            column.putArray(run, from, to, pipeline.output());
            pipeline.parameter(column.arrayOid());
        }
    }

    /** One row of COPY. */
    void putRow(ImageFlyweight image, BinaryOutput output, int row) {
        output.putShort(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            columns.get(i).put(image, output, row);
        }
    }
}
