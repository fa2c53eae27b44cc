package io.millrace.reader.mysql.value;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Turns a geometry as the servers store it into EWKB, as PostGIS writes it: the number of the reference system stands behind the
 * type, and only where it is not 0. Coordinates stay in the order of storage, which is x, y, and longitude, latitude.
 *
 * <pre>
 *  stored  | srid(4) | order(1) | type(4) | …
 *  EWKB              | order(1) | type(4), bit 29 set | srid(4) | …
 * </pre>
 *
 * Immutable; allocates nothing.
 */
public enum GeometryDecoder implements ValueDecoder {
    EWKB;

    private static final int SRID_BYTES = 4;
    private static final int TYPE_BYTES = 4;
    private static final int HEADER_BYTES = SRID_BYTES + 1 + TYPE_BYTES;
    private static final int HAS_SRID = 0x2000_0000;

    @Override
    public int maxLength(DirectBuffer from, int offset, int length) {
        return length;
    }

    @Override
    public int decode(DirectBuffer from, int offset, int length, MutableDirectBuffer to, int toOffset) {
        if (length < HEADER_BYTES) {
            throw new MillraceException(
                    ErrorCode.EVENT_UNDECODABLE, "cannot decode a geometry: need=" + HEADER_BYTES + ", got=" + length);
        }
        int srid = from.getInt(offset, ByteOrder.LITTLE_ENDIAN);
        int wkb = offset + SRID_BYTES;
        if (srid == 0) {
            to.putBytes(toOffset, from, wkb, length - SRID_BYTES);
            return length - SRID_BYTES;
        }
        byte order = from.getByte(wkb);
        ByteOrder numbers = order == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        to.putByte(toOffset, order);
        to.putInt(toOffset + 1, from.getInt(wkb + 1, numbers) | HAS_SRID, numbers);
        to.putInt(toOffset + 1 + TYPE_BYTES, srid, numbers);
        to.putBytes(toOffset + HEADER_BYTES, from, wkb + 1 + TYPE_BYTES, length - HEADER_BYTES);
        return length;
    }
}
