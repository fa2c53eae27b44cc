package io.millrace.reader.mysql.event;

import io.millrace.position.GtidTag;
import io.millrace.position.MySqlGtids;
import io.millrace.position.Tsid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

/**
 * MySQL's GTID sets in bytes, as COM_BINLOG_DUMP_GTID sends and PREVIOUS_GTIDS_LOG_EVENT holds them; the layout of
 * {@code Gtid_set::encode} in {@code sql/rpl_gtid_set.cc}. A set with a tag is written in the second form, which servers before
 * 8.3 do not read.
 *
 * <pre>
 *  without tags   issuer count 8 | (uuid 16 |                interval count 8 | (first 8 | behind last 8) …) …
 *  with tags      1 | count 6 | 1 | (uuid 16 | tag length * 2, 1 | tag … | interval count 8 | …) …
 * </pre>
 */
public final class GtidSetCodec {
    private static final int UUID_LENGTH = 16;
    private static final long TAGGED = 1;
    private static final int FORMAT_SHIFT = 56;
    private static final long TAGGED_COUNT_MASK = 0xFFFF_FFFF_FFFFL;

    private GtidSetCodec() {}

    public static byte[] encode(MySqlGtids set) {
        Map<Tsid, long[]> issuers = set.intervals();
        boolean hasTags = set.hasTags();
        int length = 8;
        for (Map.Entry<Tsid, long[]> entry : issuers.entrySet()) {
            int tagLength = hasTags ? 1 + entry.getKey().tag().toString().length() : 0;
            length += UUID_LENGTH + tagLength + 8 + 8 * entry.getValue().length;
        }
        ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        long count = issuers.size();
        out.putLong(hasTags ? TAGGED << FORMAT_SHIFT | count << 8 | TAGGED : count);
        issuers.forEach((issuer, intervals) -> {
            UUID server = issuer.server();
            out.putLong(Long.reverseBytes(server.getMostSignificantBits()));
            out.putLong(Long.reverseBytes(server.getLeastSignificantBits()));
            if (hasTags) {
                byte[] tag = issuer.tag().toString().getBytes(StandardCharsets.US_ASCII);
                out.put((byte) (tag.length << 1)).put(tag);
            }
            out.putLong(intervals.length / 2);
            for (long bound : intervals) {
                out.putLong(bound);
            }
        });
        return out.array();
    }

    /** Reads a set; what stands behind it is left. */
    public static MySqlGtids decode(EventBytes bytes) {
        long word = bytes.i64("issuers");
        long format = word >>> FORMAT_SHIFT;
        if (format > TAGGED) {
            throw bytes.place().malformed("format", format);
        }
        long count = format == TAGGED ? word >>> 8 & TAGGED_COUNT_MASK : word;
        StringBuilder set = new StringBuilder();
        for (long i = 0; i < count; i++) {
            int at = bytes.take(UUID_LENGTH, "server");
            UUID server = new UUID(
                    Long.reverseBytes(bytes.buffer().getLong(at)),
                    Long.reverseBytes(bytes.buffer().getLong(at + 8)));
            set.append(set.isEmpty() ? "" : ",").append(server);
            if (format == TAGGED) {
                int length = SerializedFields.length(bytes, GtidTag.MAX_LENGTH, "tag");
                set.append(length == 0 ? "" : ":").append(bytes.text(length, StandardCharsets.US_ASCII, "tag"));
            }
            long intervals = bytes.i64("intervals");
            for (long k = 0; k < intervals; k++) {
                set.append(':').append(bytes.i64("interval")).append('-').append(bytes.i64("interval") - 1);
            }
        }
        try {
            return MySqlGtids.parse(set.toString());
        } catch (IllegalArgumentException e) {
            throw bytes.place().malformed("set", count);
        }
    }
}
