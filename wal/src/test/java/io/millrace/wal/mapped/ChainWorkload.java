package io.millrace.wal.mapped;

import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import io.millrace.wal.ChangeSink;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Writes chains into a sink beside a {@link Workload}, and adds to what that expects. */
final class ChainWorkload {
    /** A row, or a statement, which has no values. */
    private record Row(String text, String values, long subtransaction) {
        boolean isStatement() {
            return values.isEmpty();
        }
    }

    private final ChangeSink sink;
    private final Workload work;
    private final TreeMap<Long, List<Row>> open = new TreeMap<>();
    private final Map<String, List<Row>> prepared = new LinkedHashMap<>();
    private final Map<String, Long> prepares = new LinkedHashMap<>();
    /** By number of the PREPARE, whatever became of it. */
    private final Map<Long, Map.Entry<String, List<Row>>> everPrepared = new TreeMap<>();

    private final Set<String> aborted = new HashSet<>();
    private long current;
    private long subtransaction;
    private long nextPrepare = 1_000_000;

    ChainWorkload(ChangeSink sink, Workload work) {
        this.sink = sink;
        this.work = work;
    }

    List<Long> xids() {
        return new ArrayList<>(open.keySet());
    }

    List<String> names() {
        return new ArrayList<>(prepared.keySet());
    }

    void begin(long xid) {
        sink.beginChain(xid);
        aborted.removeIf(each -> each.startsWith(xid + "."));
        open.put(xid, new ArrayList<>());
        enter(xid);
    }

    void resume(long xid) {
        sink.resumeChain(xid);
        enter(xid);
    }

    private void enter(long xid) {
        current = xid;
        subtransaction = xid;
    }

    void sub(long subXid) {
        if (aborted.contains(current + "." + subXid)) {
            return; // none comes again
        }
        sink.subtransaction(subXid);
        subtransaction = subXid;
    }

    void row(int table, String name, Operation operation, long id, int textLength) {
        String values = Workload.write(sink, table, operation, id, textLength);
        open.get(current).add(new Row(operation + " " + name, values, subtransaction));
    }

    void statement() {
        open.get(current).add(new Row(Workload.state(sink), "", subtransaction));
    }

    /** What a rollback to here takes back, for {@link #rollbackTo}. */
    int size() {
        return open.get(current).size();
    }

    void rollbackTo(long mark, int size) {
        sink.rollbackTo(mark);
        List<Row> rows = open.get(current);
        rows.subList(size, rows.size()).clear();
    }

    void suspend() {
        sink.suspendChain();
    }

    void abort(long xid) {
        sink.abortChain(xid);
        open.remove(xid);
    }

    void abortSub(long xid, long subXid) {
        sink.abortSubtransaction(xid, subXid);
        aborted.add(xid + "." + subXid);
        open.get(xid).removeIf(row -> row.subtransaction == subXid);
    }

    void commit(long xid) {
        long rows = sink.chainRows(xid);
        long number = work.nextNumber();
        sink.commitChain(xid, Workload.fill(new TransactionId(), number));
        expect(number, open.remove(xid), rows);
    }

    private void expect(long number, List<Row> rows, long counted) {
        work.expected.add("begin " + number);
        int ordinal = 0;
        for (Row row : rows) {
            work.expected.add(row.isStatement() ? row.text : row.text + " " + ordinal++ + " " + row.values);
        }
        if (ordinal != counted) {
            throw new AssertionError("rows=" + ordinal + ", counted=" + counted);
        }
        work.expected.add("commit " + number);
    }

    void prepare(long xid, String name) {
        // Of no kind that the position counts: its numbers stay in a row.
        TransactionId id = Workload.fill(new TransactionId(), nextPrepare++);
        id.kind = TransactionId.KIND_NONE;
        id.fileNumber = (int) id.number;
        sink.prepareChain(xid, name, id);
        prepared.put(name, open.remove(xid));
        prepares.put(name, id.number);
        everPrepared.put(id.number, Map.entry(name, prepared.get(name)));
        work.expected.add("prepare " + id.number);
    }

    void commitPrepared(String name) {
        long rows = sink.prepared(name).orElseThrow().rows();
        long number = work.nextNumber();
        sink.commitPrepared(name, Workload.fill(new TransactionId(), number));
        expect(number, prepared.remove(name), rows);
        work.expected.add(work.expected.size() - 1, "resolve " + prepares.remove(name));
    }

    void rollbackPrepared(String name) {
        long number = work.nextNumber();
        sink.rollbackPrepared(name, Workload.fill(new TransactionId(), number));
        prepared.remove(name);
        work.expected.add("resolve " + prepares.remove(name));
        work.expected.add("begin " + number);
        work.expected.add("commit " + number);
    }

    void endStream() {
        sink.endStream();
        open.clear();
    }

    /** What was prepared lives on in another sink of the same log. */
    ChainWorkload reopened(ChangeSink next, Workload nextWork) {
        return reopened(next, nextWork, nextWork.expected);
    }

    /** What is left as prepared by what a tailer found. */
    ChainWorkload reopened(ChangeSink next, Workload nextWork, List<String> found) {
        ChainWorkload reopened = new ChainWorkload(next, nextWork);
        Set<String> lines = Set.copyOf(found);
        everPrepared.forEach((number, each) -> {
            if (lines.contains("prepare " + number) && !lines.contains("resolve " + number)) {
                reopened.prepared.put(each.getKey(), each.getValue());
                reopened.prepares.put(each.getKey(), number);
            }
        });
        reopened.everPrepared.putAll(everPrepared);
        reopened.nextPrepare = nextPrepare;
        return reopened;
    }
}
