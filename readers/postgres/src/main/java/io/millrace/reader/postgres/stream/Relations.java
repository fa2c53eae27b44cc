package io.millrace.reader.postgres.stream;

import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.TableChange;
import io.millrace.ddl.TableEffect;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.reader.postgres.catalog.CatalogTable;
import io.millrace.reader.postgres.catalog.ColumnTypes;
import io.millrace.reader.postgres.statement.DdlHints;
import io.millrace.reader.postgres.statement.SeenChanges;
import io.millrace.reader.postgres.statement.ShapeDifferences;
import io.millrace.reader.postgres.statement.SourceStatements;
import io.millrace.reader.postgres.value.BinaryDecoder;
import io.millrace.reader.postgres.value.MessageBytes;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.wal.ChangeSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Compiles Relation messages. A message is checked against the tables that the publication held at connect, and asks the catalog
 * only for what it does not say: names of types, NULL, collations. What came outside of streamed transactions, or with one that was
 * committed, is kept in {@link #known}; what came inside one is that transaction's own (EXACTNESS 17). Confined to the stream's
 * thread.
 */
public final class Relations {
    private static final int IDENTITY_FLAG = 1;

    private final Map<Integer, CatalogTable> published = new HashMap<>();
    private final ColumnTypes types;
    private final ChangeSink sink;
    private final StreamFormat format;
    private final RelationMap known = new RelationMap();
    private final Map<Integer, TableId> names = new HashMap<>();
    private Optional<SourceStatements> statements = Optional.empty();

    public Relations(List<CatalogTable> published, ColumnTypes types, ChangeSink sink, StreamFormat format) {
        published.forEach(table -> this.published.put(table.oid(), table));
        this.types = types;
        this.sink = sink;
        this.format = format;
    }

    /** Beside what tells of statements. */
    public Relations beside(SourceStatements told) {
        statements = Optional.of(told);
        return this;
    }

    /** What tables are called where the stream begins, where the catalog has other names already. */
    public Relations called(Map<Long, TableId> seen) {
        seen.forEach((oid, name) -> names.put(oid.intValue(), name));
        return this;
    }

    /** What rows outside of streamed transactions have. */
    RelationMap known() {
        return known;
    }

    /**
     * Takes a Relation message, behind its type byte and its transaction. Of a partition it is only kept by name: its rows come as
     * its root's, and where one comes otherwise the table was not selected by that name.
     *
     * @param changes what its transaction's DDL messages said
     */
    void announce(MessageBytes message, RelationMap into, SeenChanges changes) {
        announce(message, into, changes, Optional.empty());
    }

    /**
     * The same, where it may tell of a statement.
     *
     * @return the statement, which stands before the rows of the relation
     */
    Optional<DdlHints.Hint> announce(
            MessageBytes message, RelationMap into, SeenChanges changes, ShapeDifferences.Origin origin) {
        return announce(message, into, changes, Optional.of(origin));
    }

    private Optional<DdlHints.Hint> announce(
            MessageBytes message, RelationMap into, SeenChanges changes, Optional<ShapeDifferences.Origin> origin) {
        int oid = message.i32();
        TableId id = new TableId(message.text(), message.text());
        // Until all of it has proved to be of use.
        into.putStranger(oid, id);
        CatalogTable table = published.get(oid);
        boolean isGone = table == null && id.equals(changes.name(oid).orElseGet(() -> names.get(oid)));
        if (!isGone && (table == null || !name(oid, table, changes).equals(id))) {
            return Optional.empty();
        }
        message.u8();
        int count = message.u16();
        List<Column> columns = new ArrayList<>(count);
        boolean[] isIdentity = new boolean[count];
        List<ShapeDifferences.Sent> sent = new ArrayList<>(count);
        BinaryDecoder[] binary = new BinaryDecoder[format.isBinary() ? count : 0];
        for (int i = 0; i < count; i++) {
            isIdentity[i] = (message.u8() & IDENTITY_FLAG) != 0;
            String name = message.text();
            int type = message.i32();
            int modifier = message.i32();
            sent.add(new ShapeDifferences.Sent(name, Integer.toUnsignedLong(type), modifier, isIdentity[i]));
            columns.add(isGone ? types.column(name, type, modifier, true, false) : column(table, name, type, modifier));
            if (format.isBinary()) {
                binary[i] = types.binary(type, modifier).orElseThrow(() -> format.refuse(id, name));
            }
        }
        message.requireEnd();
        Optional<DdlHints.Hint> told = isGone
                ? Optional.empty()
                : origin.flatMap(from -> statements.flatMap(
                        all -> all.differences().read(oid, id, columns, sent, changes, from, message.lsn())));
        List<Integer> key = isGone ? identity(isIdentity) : key(table, columns, isIdentity, message, changes);
        TableSchema schema = new TableSchema(id, 0, columns, key);
        into.put(oid, new Relation(schema, sink.announce(schema), isIdentity, binary));
        return told;
    }

    private TableId name(int oid, CatalogTable table, SeenChanges changes) {
        return changes.name(oid).orElseGet(() -> names.getOrDefault(oid, table.id()));
    }

    /** A table has another name from here on: a DDL message said so, and stands in the sink before whatever has the name. */
    void commit(SeenChanges changes) {
        changes.forEach((oid, after) -> after.ifPresent(table -> names.put((int) oid, table.id())));
    }

    /** What a row of an OID without relation means. */
    MillraceException stranger(int oid, MessageBytes message, RelationMap in) {
        TableId id = in.stranger(oid);
        if (id == null) {
            return message.failure("no Relation came before, oid=" + Integer.toUnsignedString(oid));
        }
        CatalogTable before = published.get(oid);
        return new MillraceException(
                ErrorCode.DDL_ON_SELECTED_TABLE,
                "the stream holds rows of a table that the publication did not hold by this name: table=" + id
                        + (before == null ? "" : ", before=" + before.id()) + ", lsn=" + lsn(message)
                        + ", fix=where it was renamed and the change log is lost, call it so again until the task has caught up");
    }

    /**
     * What a Truncate message did, behind its type byte and its transaction; empty where none of the tables is ours. With CASCADE the
     * server names all that it emptied.
     */
    Optional<DdlEvent> truncation(MessageBytes message, RelationMap in, long commitTimeMicros) {
        int count = message.i32();
        message.u8();
        List<TableChange> changes = new ArrayList<>();
        List<TableEffect> effects = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Relation relation = in.relation(message.i32());
            if (relation != null) {
                TableSchema schema = relation.schema();
                changes.add(new TableChange.Truncate(schema.table()));
                effects.add(new TableEffect(
                        TableEffect.Kind.TRUNCATED, schema.table(), Optional.of(schema), Optional.of(schema), true));
            }
        }
        message.requireEnd();
        return effects.isEmpty()
                ? Optional.empty()
                : Optional.of(new DdlEvent(
                        "TRUNCATE TABLE", changes, effects, "", "lsn=" + lsn(message), commitTimeMicros, ""));
    }

    /** With what only the catalog knows, where it still has that very column. */
    private Column column(CatalogTable table, String name, int typeOid, int modifier) {
        Column sent = types.column(name, typeOid, modifier, true, false);
        TableSchema known = table.details().schema();
        int i = known.indexOf(name);
        Column found = i < 0 ? null : known.columns().get(i);
        boolean isSame = found != null
                && found.type() == sent.type()
                && found.sourceType().equals(sent.sourceType())
                && found.members().equals(sent.members());
        return isSame ? found : sent;
    }

    /** Of a table that the stream still has and the catalog has no more its identity holds the key. */
    private static List<Integer> identity(boolean[] isIdentity) {
        return IntStream.range(0, isIdentity.length)
                .filter(i -> isIdentity[i])
                .boxed()
                .toList();
    }

    private List<Integer> key(
            CatalogTable table, List<Column> columns, boolean[] isIdentity, MessageBytes message, SeenChanges changes) {
        List<Integer> key = new ArrayList<>();
        List<String> names =
                statements.flatMap(all -> all.keyNames(table.oid(), changes)).orElseGet(table::key);
        for (String name : names) {
            int position = -1;
            for (int i = 0; i < columns.size(); i++) {
                position = columns.get(i).name().equals(name) ? i : position;
            }
            if (position < 0 || !isIdentity[position]) {
                throw new MillraceException(
                        ErrorCode.DDL_ON_SELECTED_TABLE,
                        "the table's replica identity does not hold its key any more: table=" + table.id() + ", column="
                                + name + ", lsn=" + lsn(message));
            }
            key.add(position);
        }
        return key;
    }

    private static String lsn(MessageBytes message) {
        return PostgresPosition.lsnText(message.lsn());
    }
}
