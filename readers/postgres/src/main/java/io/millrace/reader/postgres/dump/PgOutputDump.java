package io.millrace.reader.postgres.dump;

import io.millrace.position.PostgresPosition;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Prints captured {@code pgoutput} messages, a line each: offset, length, kind, and what it is about. Never a row's value nor a message's
 * content, so that a dump can be shown to others; the names of tables, columns and prepared transactions are in it.
 *
 * <p>A capture is what {@code pg_recvlogical} writes to a file: each message, in the text or the binary format, and a newline behind it.
 * Values may hold newlines, but a message says itself where it ends, so the newline proves that it was read as it was written. One
 * that cannot be read is printed with the reason, and ends the dump, for nothing says where the next begins.
 *
 * <pre>
 * 42 31 Relation oid=16400, table=public.a, identity=d, columns=[id:23* v:25]
 * 74 25 Insert table=public.a, new=[columns=2, nulls=0, unsent=0, bytes=6]
 * </pre>
 *
 * <p>Confined to one thread.
 */
public final class PgOutputDump {
    private static final int NEWLINE = '\n';
    private static final long EPOCH_SECONDS = 946_684_800L;
    private static final long MICROS = 1_000_000L;
    private static final int KEY_FLAG = 1;

    private final CaptureBytes in;
    private final PrintStream out;
    private final Map<Integer, String> tables = new HashMap<>();
    private StringJoiner line = new StringJoiner(", ");
    private boolean isInBlock;

    public PgOutputDump(CaptureBytes in, PrintStream out) {
        this.in = in;
        this.out = out;
    }

    /** Prints all messages; false where one could not be read, which is the last line then. */
    public boolean print() throws IOException {
        boolean isWhole = true;
        while (isWhole && !in.isAtEnd()) {
            isWhole = printNext();
        }
        out.flush();
        return isWhole;
    }

    private boolean printNext() throws IOException {
        long start = in.offset();
        line = new StringJoiner(", ");
        String kind = "";
        String failure;
        try {
            int type = in.u8();
            kind = kind(type);
            describe(type);
            failure = kind.isEmpty() ? "not known: type=0x" + Integer.toHexString(type) : "";
            long length = in.offset() - start;
            if (failure.isEmpty() && in.u8() == NEWLINE) {
                out.println((start + " " + length + " " + kind + " " + line).strip());
                return true;
            }
            failure = failure.isEmpty() ? "no newline behind it" : failure;
        } catch (EOFException e) {
            failure = "the capture ends inside it";
        } catch (IOException e) {
            failure = e.getMessage();
        }
        out.println((start + " ? " + kind + " " + line).strip() + " ! cannot be read on: " + failure + ", offset="
                + in.offset());
        return false;
    }

    private static String kind(int type) {
        return switch (type) {
            case 'B' -> "Begin";
            case 'C' -> "Commit";
            case 'O' -> "Origin";
            case 'R' -> "Relation";
            case 'Y' -> "Type";
            case 'I' -> "Insert";
            case 'U' -> "Update";
            case 'D' -> "Delete";
            case 'T' -> "Truncate";
            case 'M' -> "Message";
            case 'S' -> "StreamStart";
            case 'E' -> "StreamStop";
            case 'c' -> "StreamCommit";
            case 'A' -> "StreamAbort";
            case 'b' -> "BeginPrepare";
            case 'P' -> "Prepare";
            case 'K' -> "CommitPrepared";
            case 'r' -> "RollbackPrepared";
            case 'p' -> "StreamPrepare";
            default -> "";
        };
    }

    private void describe(int type) throws IOException {
        switch (type) {
            case 'B' -> {
                lsn("commit");
                time("time");
                xid("xid");
            }
            case 'C' -> {
                flags();
                ends();
            }
            case 'O' -> {
                lsn("commit");
                add("origin", in.text());
            }
            case 'R', 'Y', 'I', 'U', 'D', 'T', 'M' -> describeInTransaction(type);
            case 'S' -> {
                xid("xid");
                add("first", in.u8() == 1);
                isInBlock = true;
            }
            case 'E' -> isInBlock = false;
            case 'c' -> {
                xid("xid");
                flags();
                ends();
            }
            case 'A' -> streamAbort();
            case 'b' -> prepared("prepare");
            case 'P', 'p' -> {
                flags();
                prepared("prepare");
            }
            case 'K' -> {
                flags();
                prepared("commit");
            }
            case 'r' -> rolledBack();
            default -> {
                // Said by who has no name for it.
            }
        }
    }

    /** Within a block of a streamed transaction each carries the transaction, or subtransaction, that it belongs to. */
    private void describeInTransaction(int type) throws IOException {
        if (isInBlock) {
            xid("xid");
        }
        switch (type) {
            case 'R' -> relation();
            case 'Y' -> {
                add("oid", Integer.toUnsignedString(in.i32()));
                add("type", in.text() + "." + in.text());
            }
            case 'T' -> truncate();
            case 'M' -> message();
            default -> {
                table("table", in.i32());
                rows(type);
            }
        }
    }

    private void relation() throws IOException {
        int oid = in.i32();
        String namespace = in.text();
        // An empty one stands for pg_catalog.
        String table = (namespace.isEmpty() ? "pg_catalog" : namespace) + "." + in.text();
        tables.put(oid, table);
        add("oid", Integer.toUnsignedString(oid));
        add("table", table);
        letter("identity", in.u8());
        int count = in.u16();
        StringJoiner columns = new StringJoiner(" ", "[", "]");
        for (int i = 0; i < count; i++) {
            String isKey = (in.u8() & KEY_FLAG) != 0 ? "*" : "";
            String name = in.text();
            String type = Integer.toUnsignedString(in.i32());
            int modifier = in.i32();
            columns.add(name + ":" + type + (modifier < 0 ? "" : "(" + modifier + ")") + isKey);
        }
        add("columns", columns);
    }

    private void rows(int type) throws IOException {
        int part = in.u8();
        if (type != 'I' && part != 'N') {
            tuple(part == 'K' ? "key" : "old", part, "KO");
            if (type == 'D') {
                return;
            }
            part = in.u8();
        }
        tuple("new", part, type == 'D' ? "" : "N");
    }

    private void tuple(String name, int part, String expected) throws IOException {
        if (expected.indexOf(part) < 0) {
            throw new IOException("tuple=0x" + Integer.toHexString(part));
        }
        int count = in.u16();
        int nulls = 0;
        int unsent = 0;
        int binary = 0;
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            int kind = in.u8();
            switch (kind) {
                case 'n' -> nulls++;
                case 'u' -> unsent++;
                case 't', 'b' -> {
                    int length = in.i32();
                    in.skip(length);
                    bytes += length;
                    binary += kind == 'b' ? 1 : 0;
                }
                default -> throw new IOException("kind=0x" + Integer.toHexString(kind) + ", column=" + i);
            }
        }
        add(
                name,
                "[columns=" + count + ", nulls=" + nulls + ", unsent=" + unsent
                        + (binary == 0 ? "" : ", binary=" + binary) + ", bytes=" + bytes + "]");
    }

    private void truncate() throws IOException {
        int count = in.i32();
        int flags = in.u8();
        if (count < 0) {
            throw new IOException("tables=" + count);
        }
        add("cascade", (flags & 1) != 0);
        add("restart_identity", (flags & 2) != 0);
        for (int i = 0; i < count; i++) {
            table("table", in.i32());
        }
    }

    private void message() throws IOException {
        int flags = in.u8();
        add("transactional", flags == 1);
        lsn("lsn");
        add("prefix", in.text());
        int length = in.i32();
        in.skip(length);
        add("bytes", length);
    }

    /** Of protocol 4, with streaming parallel, it says where and when: no LSN begins with the byte that ends a message. */
    private void streamAbort() throws IOException {
        xid("xid");
        xid("subxid");
        if (in.peek() != NEWLINE) {
            lsn("abort");
            time("time");
        }
    }

    private void prepared(String what) throws IOException {
        lsn(what);
        lsn("end");
        time("time");
        xid("xid");
        add("gid", in.text());
    }

    private void rolledBack() throws IOException {
        flags();
        lsn("prepare_end");
        lsn("end");
        time("prepared");
        time("time");
        xid("xid");
        add("gid", in.text());
    }

    private void ends() throws IOException {
        lsn("commit");
        lsn("end");
        time("time");
    }

    private void flags() throws IOException {
        int flags = in.u8();
        if (flags != 0) {
            add("flags", "0x" + Integer.toHexString(flags));
        }
    }

    private void lsn(String name) throws IOException {
        add(name, PostgresPosition.lsnText(in.i64()));
    }

    private void xid(String name) throws IOException {
        add(name, Integer.toUnsignedString(in.i32()));
    }

    private void time(String name) throws IOException {
        long micros = in.i64();
        add(
                name,
                Instant.ofEpochSecond(
                        EPOCH_SECONDS + Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1_000));
    }

    private void letter(String name, int value) {
        add(name, value > ' ' && value < 0x7F ? Character.toString(value) : "0x" + Integer.toHexString(value));
    }

    /** By the name that its last Relation gave, which every stream sends before its first row. */
    private void table(String name, int oid) {
        String known = tables.get(oid);
        add(known == null ? "oid" : name, known == null ? Integer.toUnsignedString(oid) : known);
    }

    private void add(String name, Object value) {
        line.add(name + "=" + String.valueOf(value).replaceAll("\\p{Cntrl}", "?"));
    }
}
