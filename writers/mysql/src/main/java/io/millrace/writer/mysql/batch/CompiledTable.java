package io.millrace.writer.mysql.batch;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyOrder;
import io.millrace.schema.Column;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import io.millrace.writer.mysql.catalog.Catalog;
import io.millrace.writer.mysql.catalog.CatalogColumn;
import io.millrace.writer.mysql.catalog.CatalogTable;
import io.millrace.writer.mysql.catalog.Engines;
import io.millrace.writer.mysql.catalog.ForeignKeyCatalog;
import io.millrace.writer.mysql.connection.Dialect;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.mysql.connection.SqlOutput;
import io.millrace.writer.mysql.type.TypeFit;
import io.millrace.writer.mysql.value.FieldEncoders;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A planned table, compiled once a session against the table as it stands at the server: an encoder for each column, and the fixed
 * parts of the statements. Confined to the session's thread.
 */
final class CompiledTable {
    private static final byte[] WHERE = bytes(" WHERE ");
    private static final byte[] AND = bytes(" AND ");

    private final TargetTable plan;
    private final CatalogTable catalog;
    private final List<CompiledColumn> columns;
    private final CompiledColumn[] array;
    private final CompiledColumn[] key;
    private final int[] sourceColumns;
    private final boolean canUpsert;
    private final boolean hasTextKey;
    private final Optional<KeyOrder> order;
    private final byte[] insertHead;
    private final byte[] upsertTail;
    private final byte[] updateHead;
    private final byte[] deleteHead;
    private final byte[] markHead;
    private final byte[] unmark;
    private final byte[] isMarked;
    private final byte[] loadStatement;

    private CompiledTable(
            TargetTable plan,
            List<CompiledColumn> columns,
            CatalogTable catalog,
            Dialect dialect,
            boolean isOwnParent) {
        this.plan = plan;
        this.catalog = catalog;
        this.columns = columns;
        array = columns.toArray(CompiledColumn[]::new);
        key = columns.stream().filter(CompiledColumn::isKey).toArray(CompiledColumn[]::new);
        sourceColumns = columns.stream().mapToInt(CompiledColumn::sourceColumn).toArray();
        List<String> keyNames = keyNames();
        canUpsert = catalog.hasKeyIndex(keyNames) && !catalog.hasOtherUniqueIndex(keyNames);
        hasTextKey = columns.stream().anyMatch(column -> column.isKey() && isText(column));
        order = canUpsert && !isOwnParent && KeyOrder.isServersOrder(plan.source())
                ? Optional.of(KeyOrder.of(plan.source()))
                : Optional.empty();
        String table = Identifiers.quote(plan.name());
        String names = columns.stream().map(CompiledColumn::quoted).collect(Collectors.joining(","));
        insertHead = bytes("INSERT INTO " + table + " (" + names + ") VALUES ");
        upsertTail = bytes(dialect.upsertTail() + assignments(dialect));
        updateHead = bytes("UPDATE " + table + " SET ");
        deleteHead = bytes("DELETE FROM " + table + " WHERE ");
        String mark = plan.mark().map(Identifiers::quote).orElse("");
        markHead = bytes("UPDATE " + table + " SET " + mark + "=1 WHERE ");
        unmark = bytes(mark.isEmpty() ? "" : mark + "=0");
        isMarked = bytes(mark.isEmpty() ? "" : " AND " + mark);
        loadStatement = bytes(load(table));
    }

    /** Looks at the server's table and chooses how each column travels. */
    static CompiledTable compile(TargetTable plan, Dialect dialect, MySqlSession session) throws SQLException {
        CatalogTable catalog = Catalog.table(session, plan.name())
                .orElseThrow(() -> new MillraceException(
                        ErrorCode.TARGET_TABLE_MISSING, "a table is missing at the target: table=" + plan.name()));
        if (!Engines.isTransactional(session, catalog.engine())) {
            throw new MillraceException(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    "a target table is not transactional: table=" + plan.name() + ", engine=" + catalog.engine());
        }
        List<CompiledColumn> columns = new ArrayList<>();
        for (int i = 0; i < plan.columns().size(); i++) {
            TargetColumn column = plan.columns().get(i);
            CatalogColumn found = catalog.column(column.name())
                    .orElseThrow(() -> new MillraceException(
                            ErrorCode.TARGET_TABLE_MISMATCH,
                            "a column is missing at the target: table=" + plan.name() + ", column=" + column.name()));
            columns.add(compile(plan, column, found, plan.key().contains(i), dialect));
        }
        boolean isOwnParent = ForeignKeyCatalog.isOwnParent(session, plan.name());
        return new CompiledTable(plan, List.copyOf(columns), catalog, dialect, isOwnParent);
    }

    private static CompiledColumn compile(
            TargetTable plan, TargetColumn column, CatalogColumn found, boolean isKey, Dialect dialect) {
        Column source = plan.source().columns().get(column.sourceColumn());
        TypeFit fit = isKey ? TypeFit.ofKey(source, found, dialect) : TypeFit.of(source, found);
        if (fit == TypeFit.LOSSY) {
            throw new MillraceException(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    "the target's type would change values: table=" + plan.name() + ", column=" + column.name()
                            + ", needs=" + column.sqlType() + ", has=" + found.sqlType());
        }
        return new CompiledColumn(
                found.name(),
                column.sourceColumn(),
                FieldEncoders.of(source, found),
                FieldEncoders.ofField(source, found),
                isKey,
                found.isTouched());
    }

    private static byte[] bytes(String sql) {
        return sql.getBytes(StandardCharsets.UTF_8);
    }

    /** Text keys too: the target may take for the same key what is spelled otherwise. */
    private String assignments(Dialect dialect) {
        String set = columns.stream()
                .filter(column -> !column.isKey() || isText(column))
                .map(column -> column.quoted() + "=" + dialect.offered(column.quoted()))
                .collect(Collectors.joining(","));
        String changed = set.isEmpty()
                ? columns.get(0).quoted() + "=" + dialect.offered(columns.get(0).quoted())
                : set;
        return changed
                + plan.mark().map(mark -> "," + Identifiers.quote(mark) + "=0").orElse("");
    }

    private boolean isText(CompiledColumn column) {
        return catalog.column(column.name()).filter(CatalogColumn::isText).isPresent();
    }

    /** Fields that are no values yet go through variables. */
    private String load(String table) {
        StringBuilder names = new StringBuilder();
        StringBuilder set = new StringBuilder();
        for (int i = 0; i < array.length; i++) {
            String separator = i == 0 ? "" : ",";
            if (array[i].ofField().isEmpty()) {
                names.append(separator).append(array[i].quoted());
            } else {
                String variable = "@v" + i;
                names.append(separator).append(variable);
                set.append(set.length() == 0 ? " SET " : ",")
                        .append(array[i].quoted())
                        .append('=')
                        .append(array[i].ofField().replace("@v", variable));
            }
        }
        return "LOAD DATA LOCAL INFILE 'millrace' INTO TABLE " + table + " CHARACTER SET utf8mb4"
                + " FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' (" + names + ")" + set;
    }

    private List<String> keyNames() {
        return columns.stream()
                .filter(CompiledColumn::isKey)
                .map(CompiledColumn::name)
                .toList();
    }

    TargetTable plan() {
        return plan;
    }

    List<CompiledColumn> columns() {
        return columns;
    }

    /** The columns of the key. */
    CompiledColumn[] key() {
        return key;
    }

    /**
     * Whether an insert that meets a row can only have met that of its key, so that it may change it (EXACTNESS 27); else rows are
     * updated by key, and inserted where there are none.
     */
    boolean canUpsert() {
        return canUpsert;
    }

    /** Whether a unique index that the server names is the key's. */
    boolean isKeyIndex(String index) {
        return catalog.isKeyIndex(index, keyNames());
    }

    /** The order of the key, in which rows of a statement are written, where nothing depends on theirs. */
    Optional<KeyOrder> order() {
        return order;
    }

    boolean hasOnlyKey() {
        return key.length == array.length;
    }

    /** Whether the server may take for the same key what is spelled otherwise. */
    boolean hasTextKey() {
        return hasTextKey;
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

    void putInsertHead(SqlOutput output) {
        output.putBytes(insertHead);
    }

    void putUpsertTail(SqlOutput output) {
        output.putBytes(upsertTail);
    }

    void putDeleteHead(SqlOutput output) {
        output.putBytes(deleteHead);
    }

    /** Of a table whose rows are marked. */
    void putMarkHead(SqlOutput output) {
        output.putBytes(markHead);
    }

    boolean doesMark() {
        return unmark.length > 0;
    }

    /** The statement that removes the row of a key if it is marked. */
    void putDeleteMarked(ImageFlyweight image, SqlOutput output, int row) {
        output.putBytes(deleteHead);
        putKey(image, output, row);
        output.putBytes(isMarked);
    }

    void putLoad(SqlOutput output) {
        output.putBytes(loadStatement);
    }

    /** {@code (value,value)}. */
    void putRow(ImageFlyweight image, SqlOutput output, int row) {
        for (int i = 0; i < array.length; i++) {
            output.putByte(i == 0 ? '(' : ',');
            array[i].putLiteral(image, output, row);
        }
        output.putByte(')');
    }

    /** One line of LOAD DATA. */
    void putLine(ImageFlyweight image, SqlOutput output, int row) {
        for (int i = 0; i < array.length; i++) {
            if (i > 0) {
                output.putByte('\t');
            }
            array[i].putField(image, output, row);
        }
        output.putByte('\n');
    }

    /** {@code name=value AND name=value}. */
    void putKey(ImageFlyweight image, SqlOutput output, int row) {
        for (int i = 0; i < key.length; i++) {
            if (i > 0) {
                output.putBytes(AND);
            }
            key[i].putAssignment(image, output, row);
        }
    }

    /**
     * The head of an update, and what it sets.
     *
     * @param isKeySet whether the key is set, too
     */
    void putSet(ImageFlyweight image, boolean isKeySet, SqlOutput output, int row) {
        output.putBytes(updateHead);
        boolean isFirst = true;
        for (CompiledColumn column : array) {
            boolean isSet = image.isPresent(column.sourceColumn()) && (isKeySet || !column.isKey());
            if (isSet || column.isTouched()) {
                if (!isFirst) {
                    output.putByte(',');
                }
                isFirst = false;
                if (isSet) {
                    column.putAssignment(image, output, row);
                } else {
                    // What the source did not send stays, though the server would set it to the time of the update.
                    output.putBytes(column.itself());
                }
            }
        }
        if (unmark.length > 0) {
            if (!isFirst) {
                output.putByte(',');
            }
            output.putBytes(unmark);
        }
        output.putBytes(WHERE);
    }

    /** Whether an image has more than its key. */
    boolean hasMoreThanKey(ImageFlyweight image) {
        for (CompiledColumn column : array) {
            if (!column.isKey() && image.isPresent(column.sourceColumn())) {
                return true;
            }
        }
        return false;
    }

    boolean hasKey(ImageFlyweight image) {
        for (CompiledColumn column : key) {
            if (!image.isPresent(column.sourceColumn())) {
                return false;
            }
        }
        return true;
    }
}
