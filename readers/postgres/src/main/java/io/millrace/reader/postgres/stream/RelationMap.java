package io.millrace.reader.postgres.stream;

import io.millrace.schema.TableId;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * What Relation messages have said, by OID: relations whose rows are taken, and names of others. Confined to the stream's thread.
 */
final class RelationMap {
    private final Int2ObjectHashMap<Relation> relations = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<TableId> strangers = new Int2ObjectHashMap<>();

    /** The relation of an OID; null where none was announced. */
    Relation relation(int oid) {
        return relations.get(oid);
    }

    /** The name of a relation that is not taken; null where none was announced. */
    TableId stranger(int oid) {
        return strangers.get(oid);
    }

    void put(int oid, Relation relation) {
        strangers.remove(oid);
        relations.put(oid, relation);
    }

    void putStranger(int oid, TableId id) {
        relations.remove(oid);
        strangers.put(oid, id);
    }

    /** Takes over what another map knows; of an OID that both know, the other's. */
    void putAll(RelationMap other) {
        other.relations.forEach(this::put);
        other.strangers.forEach(this::putStranger);
    }

    void clear() {
        relations.clear();
        strangers.clear();
    }
}
