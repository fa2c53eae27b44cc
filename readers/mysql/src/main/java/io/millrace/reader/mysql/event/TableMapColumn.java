package io.millrace.reader.mysql.event;

import java.util.List;

/**
 * One column as a TABLE_MAP_EVENT describes it. What the event leaves out is {@link #UNKNOWN} or empty: a server says more
 * with {@code binlog_row_metadata=FULL}, MariaDB says least by default.
 *
 * @param code the type, of {@link ColumnCode}; ENUM and SET are unfolded from STRING
 * @param meta of NEWDECIMAL precision &lt;&lt; 8 | scale; of BIT its bits; of times the digits of the fraction; of VARCHAR and STRING
 *     the longest value in bytes; of BLOB and JSON the bytes of the length; of ENUM and SET the bytes of the value
 * @param unsigned 1 unsigned, 0 signed, or unknown
 * @param collationId the server's number of the collation; unknown where the event does not say
 * @param labels of ENUM and SET, in the column's own character set
 */
public record TableMapColumn(
        int code,
        int meta,
        boolean nullable,
        int unsigned,
        int collationId,
        String name,
        List<byte[]> labels,
        boolean visible) {
    public static final int UNKNOWN = -1;

    public TableMapColumn {
        labels = List.copyOf(labels);
    }
}
