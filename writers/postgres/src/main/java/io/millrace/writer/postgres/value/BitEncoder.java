package io.millrace.writer.postgres.value;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.postgres.connection.BinaryOutput;

/** BIT(n) into bit(n): the count of bits, then the bits from the left. */
final class BitEncoder implements FieldEncoder {
    private final int bitCount;

    BitEncoder(int bitCount) {
        this.bitCount = bitCount;
    }

    @Override
    public int put(ImageFlyweight image, int column, BinaryOutput output) {
        long bits = image.longAt(column) << (Long.SIZE - bitCount);
        int byteCount = (bitCount + 7) >>> 3;
        output.putInt(Integer.BYTES + byteCount);
        output.putInt(bitCount);
        for (int i = 0; i < byteCount; i++) {
            output.putByte((int) (bits >>> (Long.SIZE - 8 - (i << 3))));
        }
        return Fault.NONE;
    }
}
