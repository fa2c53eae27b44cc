package io.millrace.verify;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * MySQL's geometry bytes against EWKB.
 *
 * <pre>
 *  MySQL  SRID (4, little-endian) | WKB: order (1) type (4) …
 *  EWKB   order (1) type with 0x20000000 where an SRID follows (4) [SRID (4)] …
 * </pre>
 */
final class Geometries {
    private static final int HAS_SRID = 0x2000_0000;
    private static final int HEADER_LENGTH = 9;

    private Geometries() {}

    static boolean areSame(byte[] source, byte[] target) {
        if (source.length < HEADER_LENGTH || target.length < HEADER_LENGTH - Integer.BYTES) {
            return false;
        }
        ByteBuffer mysql = ByteBuffer.wrap(source).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer ewkb = ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN);
        int srid = mysql.getInt();
        if (mysql.get() != ewkb.get()) {
            return false;
        }
        int type = ewkb.getInt();
        boolean hasSrid = (type & HAS_SRID) != 0;
        if (hasSrid && ewkb.remaining() < Integer.BYTES) {
            return false;
        }
        int targetSrid = hasSrid ? ewkb.getInt() : 0;
        return srid == targetSrid
                && mysql.getInt() == (type & ~HAS_SRID)
                && Arrays.equals(source, mysql.position(), source.length, target, ewkb.position(), target.length);
    }
}
