package io.millrace.reader.postgres.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.reader.TableDetails;
import io.millrace.reader.postgres.RecordingSink;
import io.millrace.reader.postgres.catalog.CatalogTable;
import io.millrace.reader.postgres.catalog.ColumnTypes;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Damaged messages: each is decoded, or refused with a code of its own; none ends in an exception of the language. The seed is
 * printed where one does; {@code -Dseed=} replays it, {@code -Druns=} asks for more.
 */
class PgOutputStreamFuzzTest {
    private static final int RUNS = Integer.getInteger("runs", 2_000);
    private static final int OID = 16_400;
    private static final List<ColumnType> TYPES = List.of(
            ColumnType.INTEGER,
            ColumnType.TEXT,
            ColumnType.POSTGRES_TIMESTAMPTZ,
            ColumnType.BINARY,
            ColumnType.UUID,
            ColumnType.DOUBLE,
            ColumnType.POSTGRES_DATE,
            ColumnType.BOOLEAN,
            ColumnType.POSTGRES_TIMESTAMP,
            ColumnType.FLOAT);
    private static final List<String> VALUES = List.of(
            "-9223372036854775808",
            "Ünï",
            "0044-03-15 12:00:00.5+00 BC",
            "\\x00ff",
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
            "1.7976931348623157e+308",
            "infinity",
            "t",
            "294276-12-31 23:59:59.999999",
            "-1.5");

    private static byte[] message(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            body.write(out);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.write(0);
    }

    private static void tuple(DataOutputStream out, char kind, boolean isUnsent) throws IOException {
        out.write(kind);
        out.writeShort(TYPES.size());
        for (int i = 0; i < TYPES.size(); i++) {
            if (i > 0 && (kind == 'K' || (isUnsent && i == 1))) {
                out.write(kind == 'K' ? 'n' : 'u');
                continue;
            }
            byte[] value = VALUES.get(i).getBytes(StandardCharsets.UTF_8);
            out.write('t');
            out.writeInt(value.length);
            out.write(value);
        }
    }

    private static List<byte[]> messages() {
        List<byte[]> messages = new ArrayList<>();
        messages.add(message(out -> {
            out.write('B');
            out.writeLong(1_000);
            out.writeLong(5);
            out.writeInt(77);
        }));
        messages.add(message(out -> {
            out.write('R');
            out.writeInt(OID);
            text(out, "public");
            text(out, "a");
            out.write('d');
            out.writeShort(TYPES.size());
            for (int i = 0; i < TYPES.size(); i++) {
                out.write(i == 0 ? 1 : 0);
                text(out, "c" + i);
                out.writeInt(i);
                out.writeInt(-1);
            }
        }));
        messages.add(logicalMessage(true, "audit"));
        messages.add(message(out -> {
            out.write('Y');
            out.writeInt(OID + 1);
            text(out, "public");
            text(out, "mood");
        }));
        messages.add(message(out -> {
            out.write('O');
            out.writeLong(950);
            text(out, "elsewhere");
        }));
        messages.add(message(out -> {
            out.write('I');
            out.writeInt(OID);
            tuple(out, 'N', false);
        }));
        messages.add(message(out -> {
            out.write('U');
            out.writeInt(OID);
            tuple(out, 'K', false);
            tuple(out, 'N', true);
        }));
        messages.add(message(out -> {
            out.write('U');
            out.writeInt(OID);
            tuple(out, 'O', false);
            tuple(out, 'N', true);
        }));
        messages.add(message(out -> {
            out.write('D');
            out.writeInt(OID);
            tuple(out, 'K', false);
        }));
        messages.add(message(out -> {
            out.write('C');
            out.write(0);
            out.writeLong(1_000);
            out.writeLong(1_008);
            out.writeLong(5);
        }));
        return messages;
    }

    private static byte[] logicalMessage(boolean isTransactional, String prefix) {
        return message(out -> {
            out.write('M');
            out.write(isTransactional ? 1 : 0);
            out.writeLong(960);
            text(out, prefix);
            out.writeInt(3);
            out.write(new byte[] {1, 0, 3});
        });
    }

    /** A message as it stands in a block of a streamed transaction. */
    private static byte[] inBlock(int xid, byte[] message) {
        return message(out -> {
            out.write(message[0]);
            out.writeInt(xid);
            out.write(message, 1, message.length - 1);
        });
    }

    private static byte[] start(int xid, boolean isFirst) {
        return message(out -> {
            out.write('S');
            out.writeInt(xid);
            out.write(isFirst ? 1 : 0);
        });
    }

    private static byte[] stop() {
        return message(out -> out.write('E'));
    }

    private static byte[] abort(int xid, int subXid) {
        return message(out -> {
            out.write('A');
            out.writeInt(xid);
            out.writeInt(subXid);
            out.writeLong(990);
            out.writeLong(5);
        });
    }

    private static byte[] prepared(char type, long lsn, int xid, String gid) {
        return message(out -> {
            out.write(type);
            if (type != 'b') {
                out.write(0);
            }
            out.writeLong(lsn);
            out.writeLong(lsn + 8);
            out.writeLong(5);
            if (type == 'r') {
                out.writeLong(6);
            }
            out.writeInt(xid);
            text(out, gid);
        });
    }

    /** Two streamed transactions, one of them rolled back, one with a subtransaction that was; two prepared ones, one of them streamed. */
    private static List<byte[]> openTransactions() {
        List<byte[]> plain = messages();
        byte[] relation = plain.get(1);
        byte[] word = plain.get(2);
        byte[] type = plain.get(3);
        byte[] insert = plain.get(5);
        byte[] update = plain.get(6);
        byte[] delete = plain.get(8);
        return new ArrayList<>(List.of(
                start(77, true),
                inBlock(77, relation),
                inBlock(77, type),
                inBlock(77, word),
                inBlock(77, insert),
                inBlock(78, update),
                stop(),
                start(90, true),
                inBlock(90, relation),
                inBlock(90, insert),
                stop(),
                abort(77, 78),
                start(77, false),
                inBlock(77, relation),
                inBlock(79, delete),
                stop(),
                abort(90, 90),
                message(out -> {
                    out.write('c');
                    out.writeInt(77);
                    out.write(0);
                    out.writeLong(1_000);
                    out.writeLong(1_008);
                    out.writeLong(5);
                }),
                logicalMessage(false, "audit"),
                prepared('b', 1_100, 91, "first"),
                word,
                insert,
                prepared('P', 1_100, 91, "first"),
                start(92, true),
                inBlock(92, relation),
                inBlock(92, insert),
                stop(),
                prepared('p', 1_200, 92, "second"),
                prepared('K', 1_300, 91, "first"),
                prepared('r', 1_208, 92, "second")));
    }

    private static Column column(int i) {
        return new Column("c" + i, TYPES.get(i), "type", i > 0, 8, -1, "", List.of(), false);
    }

    private static PgOutputStream run(List<byte[]> messages, RecordingSink sink) {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < TYPES.size(); i++) {
            columns.add(column(i));
        }
        TableSchema schema = new TableSchema(new TableId("public", "a"), 0, columns, List.of(0));
        CatalogTable table = new CatalogTable(
                OID,
                new TableDetails(schema, -1, "", Map.of(), Map.of(), Optional.empty(), List.of(), List.of()),
                false,
                false,
                'd',
                Set.of("c0"),
                List.of(),
                List.of(),
                true,
                false);
        ColumnTypes types = (name, oid, modifier, isNullable, isDeterministic) -> new Column(
                name,
                oid >= 0 && oid < TYPES.size() ? TYPES.get(oid) : ColumnType.OTHER,
                "type",
                isNullable,
                8,
                -1,
                "",
                List.of(),
                false);
        PgOutputStream stream = new PgOutputStream(
                sink,
                new Relations(List.of(table), types, sink, new StreamFormat()),
                new TransactionIds(70),
                ProtocolOptions.of(180_000),
                500,
                new PostgresPosition(1, 1, 500),
                Optional.empty());
        for (byte[] message : messages) {
            stream.onMessage(message, 0, message.length, 900);
        }
        return stream;
    }

    @Test
    void shouldDecodeWhatIsWhole() {
        RecordingSink sink = new RecordingSink(new PostgresPosition(1, 1, 500));
        assertEquals(1, run(messages(), sink).messagesPassed());
        assertEquals(4, sink.rows().size());
        assertEquals(new PostgresPosition(1, 1, 1_008), sink.position());
        assertEquals("absent", sink.rows().get(1).after().get(1));
        assertEquals("Ünï", sink.rows().get(2).after().get(1));
        assertEquals(77, sink.ids().get(0).number);
    }

    /** PostgreSQL 18 sends it where it found a transaction aborted before it sent a block of it. */
    @Test
    void shouldPassOverAStreamAbortWhenItsTransactionWasNotBegun() {
        List<byte[]> messages = new ArrayList<>();
        messages.add(message(out -> {
            out.write('A');
            out.writeInt(81);
            out.writeInt(82);
            out.writeLong(700);
            out.writeLong(5);
        }));
        messages.addAll(messages());
        RecordingSink sink = new RecordingSink(new PostgresPosition(1, 1, 500));
        run(messages, sink);
        assertEquals(4, sink.rows().size());
        assertEquals(0, sink.chainsBegun());
    }

    @Test
    void shouldDecodeWhatIsWholeOfOpenTransactions() {
        RecordingSink sink = new RecordingSink(new PostgresPosition(1, 1, 500));
        assertEquals(3, run(openTransactions(), sink).messagesPassed());
        assertEquals(
                List.of(2, 1, 0), sink.transactions().stream().map(List::size).toList());
        assertEquals(new PostgresPosition(1, 1, 1_308), sink.position());
        assertEquals(
                List.of(77L, 91L, 92L), sink.ids().stream().map(id -> id.number).toList());
        assertEquals(0, sink.openRows());
        assertEquals(List.of(), sink.prepared());
    }

    /** Anybody may write one: it must not stop the task. */
    @Test
    void shouldPassOverAMessageThatIsLikeOursAndNotKnown() {
        for (List<byte[]> messages : List.of(
                List.of(logicalMessage(false, "millrace.later")),
                List.of(messages().get(0), logicalMessage(true, "millrace.later")))) {
            assertEquals(
                    1,
                    run(messages, new RecordingSink(new PostgresPosition(1, 1, 500)))
                            .messagesPassed());
        }
    }

    @Test
    void shouldRefuseWhenATransactionalMessageIsOutsideATransaction() {
        MillraceException stop = assertThrows(
                MillraceException.class,
                () -> run(List.of(logicalMessage(true, "audit")), new RecordingSink(new PostgresPosition(1, 1, 500))));
        assertEquals(ErrorCode.EVENT_UNDECODABLE, stop.code());
    }

    @Test
    void shouldRefuseWithACodeWhenBytesAreDamaged() {
        refuseDamaged(PgOutputStreamFuzzTest::messages);
    }

    @Test
    void shouldRefuseWithACodeWhenBytesOfOpenTransactionsAreDamaged() {
        refuseDamaged(PgOutputStreamFuzzTest::openTransactions);
    }

    private static void refuseDamaged(Supplier<List<byte[]>> whole) {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < RUNS; i++) {
            List<byte[]> messages = whole.get();
            int victim = random.nextInt(messages.size());
            messages.set(victim, damaged(messages.get(victim), random));
            try {
                run(messages, new RecordingSink(new PostgresPosition(1, 1, 500)));
            } catch (MillraceException e) {
                refused++;
                assertTrue(
                        e.code() == ErrorCode.EVENT_UNDECODABLE
                                || e.code() == ErrorCode.EVENT_UNSUPPORTED
                                || e.code() == ErrorCode.SOURCE_PROTOCOL
                                || e.code() == ErrorCode.SOURCE_IDENTITY
                                || e.code() == ErrorCode.SOURCE_SLOT
                                || e.code() == ErrorCode.DDL_ON_SELECTED_TABLE,
                        () -> "seed=" + seed + ", " + e.display());
            } catch (RuntimeException e) {
                throw new AssertionError("seed=" + seed + ", run=" + i, e);
            }
        }
        assertTrue(refused > RUNS / 4, "refused=" + refused);
    }

    private static byte[] damaged(byte[] message, Random random) {
        byte[] damaged = message.clone();
        if (random.nextInt(4) == 0) {
            return Arrays.copyOf(damaged, random.nextInt(damaged.length + 1));
        }
        for (int i = random.nextInt(3); i >= 0; i--) {
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        return damaged;
    }
}
