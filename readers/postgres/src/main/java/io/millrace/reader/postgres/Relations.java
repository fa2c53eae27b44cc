package io.millrace.reader.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.wal.ChangeSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * The relations that a stream has announced, by their OID. A Relation message is checked against the tables that the
 * publication held at connect, and asks the catalog only for what it does not say: names of types, NULL, collations. Confined
 * to the stream's thread.
 */
final class Relations {
    private static final int IDENTITY_FLAG = 1;

    private final Map<Integer, CatalogTable> published = new HashMap<>();
    private final ColumnTypes types;
    private final ChangeSink sink;
    private final Int2ObjectHashMap<Relation> relations = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<TableId> strangers = new Int2ObjectHashMap<>();

    Relations(List<CatalogTable> published, ColumnTypes types, ChangeSink sink) {
        published.forEach(table -> this.published.put(table.oid(), table));
        this.types = types;
        this.sink = sink;
    }

    /** The relation of an OID; null where none was announced. */
    Relation relation(int oid) {
        return relations.get(oid);
    }

    /**
     * Takes a Relation message, behind its type byte. Of a partition it is only kept by name: its rows come as its root's, and
     * where one comes otherwise the table was not selected by that name.
     */
    void announce(MessageBytes message) {
        message.part("Relation");
        int oid = message.i32();
        TableId id = new TableId(message.text(), message.text());
        CatalogTable table = published.get(oid);
        if (table == null || !table.id().equals(id)) {
            relations.remove(oid);
            strangers.put(oid, id);
            return;
        }
        message.u8();
        int count = message.u16();
        List<Column> columns = new ArrayList<>(count);
        boolean[] isIdentity = new boolean[count];
        for (int i = 0; i < count; i++) {
            isIdentity[i] = (message.u8() & IDENTITY_FLAG) != 0;
            String name = message.text();
            columns.add(column(table, name, message.i32(), message.i32()));
        }
        message.requireEnd();
        List<Integer> key = key(table, columns, isIdentity, message);
        TableSchema schema = new TableSchema(id, 0, columns, key);
        relations.put(oid, new Relation(schema, sink.announce(schema), isIdentity));
    }

    /** What a row of an OID without relation means. */
    MillraceException stranger(int oid, MessageBytes message) {
        TableId id = strangers.get(oid);
        if (id == null) {
            return message.failure("no Relation came before, oid=" + Integer.toUnsignedString(oid));
        }
        CatalogTable before = published.get(oid);
        return new MillraceException(
                ErrorCode.DDL_ON_SELECTED_TABLE,
                "the stream holds rows of a table that the publication did not hold by this name: table=" + id
                        + (before == null ? "" : ", before=" + before.id()) + ", lsn=" + lsn(message));
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

    private static List<Integer> key(
            CatalogTable table, List<Column> columns, boolean[] isIdentity, MessageBytes message) {
        List<Integer> key = new ArrayList<>();
        for (String name : table.key()) {
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
