package io.millrace.pipeline;

import io.millrace.ddl.DdlEvent;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What a document of a {@link MemoryLog} holds: events in order. */
final class MemoryDocument {
    final List<Event> events = new ArrayList<>();
    TransactionId continued;
    boolean endsInside;
    int knownSchemas;
    /** Of the chain that is committed here: each read by itself before the document's own events. */
    List<MemoryDocument> chain = List.of();

    sealed interface Event {}

    record Begin(TransactionId transaction) implements Event {}

    record Commit(TransactionId transaction) implements Event {}

    record Prepare(TransactionId transaction) implements Event {}

    record Resolve(TransactionId transaction) implements Event {}

    record Ddl(DdlEvent statement) implements Event {}

    record Beat(SourcePosition position) implements Event {}

    static final class Rows implements Event {
        final int table;
        final Operation operation;
        final long firstOrdinal;
        final List<byte[]> records = new ArrayList<>();
        ByteBuffer memory;

        Rows(int table, Operation operation, long firstOrdinal) {
            this.table = table;
            this.operation = operation;
            this.firstOrdinal = firstOrdinal;
        }

        ByteBuffer memory() {
            if (memory == null) {
                memory = ByteBuffer.allocateDirect(
                        records.stream().mapToInt(each -> each.length).sum());
                records.forEach(memory::put);
            }
            return memory;
        }
    }
}
