package io.millrace.position;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Positions against models that are too simple to be wrong. {@code -Dseed=} replays one seed. */
class PositionsTest {
    private static final int SEEDS = 500;
    private static final UUID[] SERVERS = {
        UUID.fromString("3e11fa47-71ca-11e1-9e33-c80aa9429562"),
        UUID.fromString("00000000-0000-0000-0000-000000000001"),
        UUID.fromString("ffffffff-ffff-ffff-ffff-ffffffffffff")
    };

    private static final String[] TAGS = {"", "", "a", "_", "a_tag", "zz9", "_0123456789abcdefghijklmnopqrstu"};

    private interface Property {
        void holds(Random random);
    }

    private static void forSeeds(Property property) {
        String only = System.getProperty("seed");
        for (int i = 0; i < (only == null ? SEEDS : 1); i++) {
            long seed = only == null ? i : Long.parseLong(only);
            try {
                property.holds(new Random(seed));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed=" + seed, e);
            }
        }
    }

    private static TransactionId mysql(UUID server, long number) {
        TransactionId transaction = new TransactionId();
        transaction.kind = TransactionId.KIND_MYSQL;
        transaction.serverHigh = server.getMostSignificantBits();
        transaction.serverLow = server.getLeastSignificantBits();
        transaction.number = number;
        return transaction;
    }

    private static TransactionId tagged(UUID server, String tag, long number) {
        GtidTag packed = GtidTag.parse(tag);
        TransactionId transaction = mysql(server, number);
        transaction.tagHigh = packed.high();
        transaction.tagMiddle = packed.middle();
        transaction.tagLow = packed.low();
        return transaction;
    }

    private static TransactionId mariaDb(int domain, long server, long number) {
        TransactionId transaction = new TransactionId();
        transaction.kind = TransactionId.KIND_MARIADB;
        transaction.domain = domain;
        transaction.serverLow = server;
        transaction.number = number;
        return transaction;
    }

    /** A set as single GTIDs, each as {@code server[:tag]:number}. */
    private static Set<String> randomModel(Random random) {
        Set<String> model = new TreeSet<>();
        int ranges = random.nextInt(6);
        for (int i = 0; i < ranges; i++) {
            UUID uuid = SERVERS[random.nextInt(SERVERS.length)];
            String tag = TAGS[random.nextInt(TAGS.length)];
            String server = uuid + (tag.isEmpty() ? "" : ":" + tag);
            int start = 1 + random.nextInt(30);
            int end = start + random.nextInt(8);
            for (int n = start; n <= end; n++) {
                model.add(server + ":" + n);
            }
        }
        return model;
    }

    private static MySqlGtids setOf(Set<String> model, Random random) {
        List<String> shuffled = new ArrayList<>(model);
        Collections.shuffle(shuffled, random);
        return MySqlGtids.parse(String.join(",", shuffled));
    }

    private static Set<String> modelOf(MySqlGtids gtids) {
        Set<String> model = new TreeSet<>();
        gtids.intervals().forEach((server, intervals) -> {
            for (int i = 0; i < intervals.length; i += 2) {
                for (long n = intervals[i]; n < intervals[i + 1]; n++) {
                    model.add(server + ":" + n);
                }
            }
        });
        return model;
    }

    @Test
    void shouldPrintWhatItParsedWhenTheSetIsOfMySql() {
        forSeeds(random -> {
            Set<String> model = randomModel(random);
            MySqlGtids gtids = setOf(model, random);
            assertEquals(model, modelOf(gtids));
            SourcePosition again = SourcePosition.parse(gtids.text());
            if (!model.isEmpty()) {
                assertEquals(gtids, again);
                assertEquals(gtids.hashCode(), again.hashCode());
            }
        });
        assertEquals(
                "gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:7",
                MySqlGtids.parse(" 3E11FA47-71CA-11E1-9E33-C80AA9429562:1-3:4-5:7 ,\n")
                        .text());
        assertEquals(
                "gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:_x:4:a_tag:1-2:7,ffffffff-ffff-ffff-ffff-ffffffffffff:b:1",
                MySqlGtids.parse("FFFFFFFF-ffff-ffff-ffff-ffffffffffff:B:1,3E11FA47-71CA-11E1-9E33-C80AA9429562:1-3:4-5"
                                + ": A_Tag : 1-2 : 7:_X:4")
                        .text());
    }

    @Test
    void shouldKeepEveryTagInItsWordsWhenPacked() {
        forSeeds(random -> {
            String symbols = "_abcdefghijklmnopqrstuvwxyz0123456789";
            int length = random.nextInt(GtidTag.MAX_LENGTH + 1);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < length; i++) {
                text.append(symbols.charAt(random.nextInt(i == 0 ? 27 : 37)));
            }
            String tag = text.toString();
            GtidTag packed = GtidTag.parse(tag);
            assertEquals(tag, packed.toString());
            assertEquals(tag.isEmpty(), packed.isNone());
            UnsafeBuffer ascii = new UnsafeBuffer(tag.getBytes(StandardCharsets.US_ASCII));
            assertEquals(packed, new GtidTag(word(ascii, 0), word(ascii, 1), word(ascii, 2)));
            String other = TAGS[random.nextInt(TAGS.length)];
            assertEquals(Integer.signum(tag.compareTo(other)), Integer.signum(packed.compareTo(GtidTag.parse(other))));
        });
        for (String bad : List.of("9a", "a-b", "é", "a".repeat(33))) {
            assertThrows(IllegalArgumentException.class, () -> GtidTag.parse(bad), bad);
        }
        for (String bad : List.of("9a", "a-b", "a\0b")) {
            assertEquals(GtidTag.INVALID, word(new UnsafeBuffer(bad.getBytes(StandardCharsets.US_ASCII)), 0), bad);
        }
    }

    private static long word(UnsafeBuffer ascii, int number) {
        return GtidTag.word(ascii, 0, ascii.capacity(), number);
    }

    @Test
    void shouldUniteSubtractAndContainLikeSets() {
        forSeeds(random -> {
            Set<String> a = randomModel(random);
            Set<String> b = randomModel(random);
            MySqlGtids first = setOf(a, random);
            MySqlGtids second = setOf(b, random);
            Set<String> union = new TreeSet<>(a);
            union.addAll(b);
            Set<String> difference = new TreeSet<>(a);
            difference.removeAll(b);
            assertEquals(union, modelOf(first.plus(second)));
            assertEquals(difference, modelOf(first.minus(second)));
            assertEquals(a.containsAll(b), first.containsAll(second));
            assertEquals(a.isEmpty(), first.isEmpty());
            for (UUID server : SERVERS) {
                String tag = TAGS[random.nextInt(TAGS.length)];
                for (int n = 1; n < 40; n++) {
                    TransactionId transaction = tagged(server, tag, n);
                    assertEquals(a.contains(transaction.toString()), first.contains(transaction));
                    Set<String> more = new TreeSet<>(a);
                    more.add(transaction.toString());
                    assertEquals(more, modelOf(first.plus(transaction)));
                }
            }
        });
    }

    @Test
    void shouldTrackLikeAddingOneByOne() {
        forSeeds(random -> {
            SourcePosition expected = random.nextBoolean() ? MySqlGtids.EMPTY : setOf(randomModel(random), random);
            PositionTracker tracker = new PositionTracker(expected);
            PositionTracker copy = new PositionTracker(MySqlGtids.EMPTY);
            long number = 1;
            UUID server = SERVERS[0];
            String tag = "";
            for (int i = 0; i < 60; i++) {
                number = random.nextInt(5) == 0 ? 1 + random.nextInt(60) : number + 1;
                server = random.nextInt(8) == 0 ? SERVERS[random.nextInt(SERVERS.length)] : server;
                tag = random.nextInt(8) == 0 ? TAGS[random.nextInt(TAGS.length)] : tag;
                TransactionId transaction = tagged(server, tag, number);
                tracker.advance(transaction);
                expected = expected.plus(transaction);
                if (random.nextInt(6) == 0) {
                    assertEquals(expected, tracker.position());
                }
                copy.copyFrom(tracker);
            }
            assertEquals(expected, tracker.position());
            assertEquals(expected, copy.position());
        });
    }

    @Test
    void shouldTrackDomainsOfMariaDb() {
        forSeeds(random -> {
            SourcePosition expected = MariaDbGtids.EMPTY;
            PositionTracker tracker = new PositionTracker(expected);
            long[] numbers = new long[3];
            for (int i = 0; i < 60; i++) {
                int domain = random.nextInt(3);
                numbers[domain] += 1 + random.nextInt(2);
                TransactionId transaction = mariaDb(domain, 1 + random.nextInt(2), numbers[domain]);
                assertFalse(expected.contains(transaction));
                tracker.advance(transaction);
                expected = expected.plus(transaction);
                assertTrue(expected.contains(transaction));
            }
            assertEquals(expected, tracker.position());
            assertEquals(expected, SourcePosition.parse(expected.text()));
            assertTrue(((MariaDbGtids) expected).containsAll(MariaDbGtids.EMPTY));
        });
    }

    @Test
    void shouldOrderFilesOfTheBinlogByTheirNumbers() {
        BinlogPosition position = BinlogPosition.of("mysql-bin.009999", 4_294_967_296L);
        assertEquals("binlog:mysql-bin.009999:4294967296", position.text());
        assertEquals(position, SourcePosition.parse(position.text()));
        TransactionId transaction = new TransactionId();
        transaction.fileNumber = 10_000;
        transaction.endPosition = 500;
        assertFalse(position.contains(transaction));
        BinlogPosition next = position.plus(transaction);
        assertEquals("binlog:mysql-bin.010000:500", next.text());
        assertTrue(next.contains(transaction));
        transaction.endPosition = 501;
        assertFalse(next.contains(transaction));
    }

    @Test
    void shouldSayWhatWasExpectedWhenATextIsNoPosition() {
        for (String text : new String[] {
            "",
            "now",
            "binlog:",
            "binlog:file:1",
            "binlog:file.1:x",
            "gtid:x",
            "gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562",
            "gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:5-1",
            "gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:0",
            "gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:tag",
            "gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:t-g:1",
            "gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:1-9223372036854775807",
            "gtid:1-2-3-4-5:1"
        }) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> SourcePosition.parse(text), text);
            assertTrue(refused.getMessage().startsWith("not a "), refused.getMessage());
        }
    }

    @Test
    void shouldEncodeEveryFieldOfATransaction() {
        forSeeds(random -> {
            TransactionId transaction =
                    tagged(SERVERS[random.nextInt(3)], TAGS[random.nextInt(TAGS.length)], random.nextLong());
            transaction.domain = random.nextInt();
            transaction.endPosition = random.nextLong();
            transaction.commitTimeMicros = random.nextLong();
            transaction.proof = random.nextLong();
            transaction.fileNumber = random.nextInt();
            UnsafeBuffer buffer = new UnsafeBuffer(new byte[TransactionId.LENGTH]);
            transaction.encode(buffer, 0);
            TransactionId decoded = new TransactionId().decode(buffer, 0);
            assertTrue(decoded.isSame(transaction));
            assertEquals(transaction.toString(), decoded.toString());
            assertEquals(transaction.domain, decoded.domain);
            assertEquals(transaction.endPosition, decoded.endPosition);
            assertEquals(transaction.commitTimeMicros, decoded.commitTimeMicros);
            assertEquals(transaction.proof, decoded.proof);
            assertEquals(transaction.fileNumber, decoded.fileNumber);
        });
    }

    /** EXACTNESS 11: what is prepared is not contained before it is resolved, whatever came behind it. */
    @Test
    void shouldHoldAPrepareOutWhenOthersComeBehindIt() {
        TransactionId prepare = mariaDb(5);
        PositionTracker tracker = new PositionTracker(SourcePosition.parse("gtid:0-1-4,1-1-7"));
        tracker.hold(prepare);
        tracker.advance(mariaDb(6));
        tracker.advance(mariaDb(9));
        SourcePosition position = tracker.position();
        assertEquals("gtid:0-1-9,1-1-7!0-1-5", position.text());
        assertEquals(position, SourcePosition.parse(position.text()));
        assertFalse(position.contains(prepare));
        assertTrue(position.contains(mariaDb(6)));
        assertEquals("0-1-9,1-1-7", ((MariaDbGtids) position).set());
        assertEquals("gtid:0-1-4,1-1-7", ((MariaDbGtids) position).beforeHeld().text());
        MariaDbGtids whole = (MariaDbGtids) SourcePosition.parse("gtid:0-1-9,1-1-7");
        assertTrue(whole.containsAll((MariaDbGtids) position));
        assertFalse(((MariaDbGtids) position).containsAll(whole));
        tracker.resolve(prepare);
        assertEquals(whole, tracker.position());
    }

    private static TransactionId mariaDb(long number) {
        TransactionId id = new TransactionId();
        id.kind = TransactionId.KIND_MARIADB;
        id.serverLow = 1;
        id.number = number;
        return id;
    }

    @Test
    void shouldLeaveAGapWhenAMySqlTransactionIsPrepared() {
        TransactionId id = new TransactionId();
        id.kind = TransactionId.KIND_MYSQL;
        id.serverLow = 1;
        PositionTracker tracker = new PositionTracker(MySqlGtids.EMPTY);
        for (int number = 1; number <= 5; number++) {
            id.number = number;
            if (number == 3) {
                tracker.hold(id);
            } else {
                tracker.advance(id);
            }
        }
        assertEquals(
                "gtid:00000000-0000-0000-0000-000000000001:1-2:4-5",
                tracker.position().text());
        id.number = 3;
        tracker.resolve(id);
        assertEquals(
                "gtid:00000000-0000-0000-0000-000000000001:1-5",
                tracker.position().text());
    }
}
