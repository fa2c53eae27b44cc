package io.millrace.reader.mysql.chunk;

import java.util.Calendar;
import org.mariadb.jdbc.client.ColumnDecoder;
import org.mariadb.jdbc.client.Context;
import org.mariadb.jdbc.client.ReadableByteBuf;
import org.mariadb.jdbc.client.socket.Writer;
import org.mariadb.jdbc.client.util.MutableInt;
import org.mariadb.jdbc.plugin.Codec;

/**
 * Gets a whole row out of the driver, untouched, through its plug-in for types: {@code getObject(1, RowBytes.class)}.
 *
 * <p>Why so: the driver's getters make an object of each value, and lose some on the way (zero and partial dates, the digits
 * of FLOAT in text). Public because the driver's ServiceLoader wants it; it claims no type but {@link RowBytes}. Stateless.
 */
public final class RowBytesCodec implements Codec<RowBytes> {
    @Override
    public String className() {
        return RowBytes.class.getName();
    }

    @Override
    public boolean canDecode(ColumnDecoder column, Class<?> type) {
        return type == RowBytes.class;
    }

    @Override
    public boolean canEncode(Object value) {
        return false;
    }

    @Override
    public RowBytes decodeText(
            ReadableByteBuf row, MutableInt length, ColumnDecoder column, Calendar calendar, Context context) {
        throw new UnsupportedOperationException("rows are read in the binary protocol only");
    }

    @Override
    public RowBytes decodeBinary(
            ReadableByteBuf row, MutableInt length, ColumnDecoder column, Calendar calendar, Context context) {
        row.skip(length.get());
        return new RowBytes(row.buf(), row.pos());
    }

    @Override
    public void encodeText(Writer writer, Context context, RowBytes value, Calendar calendar, Long length) {
        throw new UnsupportedOperationException("rows are only read");
    }

    @Override
    public int getApproximateTextProtocolLength(RowBytes value, Long length) {
        return 0;
    }

    @Override
    public void encodeBinary(Writer writer, Context context, RowBytes value, Calendar calendar, Long length) {
        throw new UnsupportedOperationException("rows are only read");
    }

    @Override
    public int getBinaryEncodeType() {
        return 0;
    }
}
